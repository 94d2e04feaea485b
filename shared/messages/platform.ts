/**
 * Refusals of a row of the platform's bulk load, besides those of a claim. In English, since its files belong to no
 * org.
 */
export const platformMessages = {
  not_found: 'There is no account with this user ID, and the platform gives no ID with a ~ in it.',
  user_id_taken: 'Another account has this user ID.',
  email_taken: 'Another account has this address.',
  account_claimed: "The account is being claimed and can't be changed until that is over.",
  delayed_claim:
    "The account is being claimed and can't be changed until the user has decided or the time is over.",
} as const satisfies Readonly<Record<string, string>>
