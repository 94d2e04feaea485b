/** The address of a mailbox such as `Ada <ada@acme.example>`, in lower case. */
export const addressOf = (mailbox: string): string =>
  (/<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase()
