/**
 * What a row's code means, for people, in the report and in answers: what is wrong and what can be done about it.
 * A code without an entry is shown as it is.
 */
const messages: Readonly<Record<string, string>> = {
  unknown_user: 'There is no account with this address.',
  own_user: 'The account is in your organization already.',
  domain_not_verified:
    "Your organization hasn't verified the domain of this address. Verify it, then import the row again.",
  unknown_id:
    'This is no e-mail address, and no ID of an account that your organization may claim. Give the e-mail address instead.',
  domain_claimed_by_other: 'Another organization has claimed the domain of this address for itself.',
  source_uses_sso: "The account's organization uses single sign-on, so its accounts can't be claimed.",
  source_uses_directory_sync:
    "The account's organization synchronises its directory, so its accounts can't be claimed.",
  claim_open: 'The account is being claimed already.',
  directory_sync_enabled: "Switch your organization's directory synchronisation off while you claim users.",
  delayed_not_available:
    "The content of this account can't be migrated, so a delayed claim isn't possible. Choose direct to claim it without its content.",
  stale_export:
    'The claim type was exported before the setting for bringing conversations along was changed. Export the list again.',
  invalid_address: 'This is no e-mail address that the service can use.',
  invalid_text:
    'The text holds half a character (as of an emoji that was cut in two) or a control character, and can’t be stored.',
  busy: 'Others were changing this account at the same moment, and nothing was done. Import the row again, or ask again.',
  unknown_organization: "The organization doesn't exist.",
  file_replaced: 'The file was replaced or deleted while it was being imported. Upload the row again.',
  user_id_taken: 'Another account has this user ID.',
  email_taken: 'Another account has this address.',
  account_claimed: "The account is being claimed and can't be changed until that is over.",
  delayed_claim:
    "The account is being claimed and can't be changed until the user has decided or the time is over.",
}

export function messageFor(codes: readonly string[]): string {
  return codes.map((code) => messages[code] ?? code).join(' ')
}
