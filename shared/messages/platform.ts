/**
 * What a row of the platform's bulk load is refused with, beside what a claim can be. Its files and their reports are of no
 * org, and so in English.
 */
export const platformMessages = {
  not_found: 'There is no account with this user ID, and the platform gives no ID with a ~ in it.',
  user_id_taken: 'Another account has this user ID.',
  email_taken: 'Another account has this address.',
  account_claimed: "The account is being claimed and can't be changed until that is over.",
  delayed_claim:
    "The account is being claimed and can't be changed until the user has decided or the time is over.",
} as const satisfies Readonly<Record<string, string>>
