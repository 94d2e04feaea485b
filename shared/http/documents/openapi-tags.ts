import type { Route } from '../routes.ts'

/** Tag descriptions, by the first part of the path. The linter requires one for each tag. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  audit: 'What was changed, when and by whom.',
  'claimable-users': 'Users that the organization can claim, as a list and as a CSV.',
  claims: "Claims that the organization makes of users' accounts.",
  decisions: 'The page behind the mailed link, where a claimed user decides.',
  directory: "Comparing the organization's users with its own directory.",
  domains: 'Domains that the organization has proven to be its own.',
  imports: 'CSV files of users to claim.',
  documents:
    'What the service says of itself: this description, that of its events, and what its codes mean.',
  organization: 'The organization and its settings.',
  me: 'Who calls.',
  suppressions: 'Addresses that nothing is sent to, since a mail came back or was complained of.',
  'outgoing-claims': 'Accounts that other organizations are claiming from this one.',
  platform: 'What the platform tells the service, and asks it.',
  summary: 'How many users, claims and jobs there are.',
  users: "The organization's users.",
}

export function tagOf({ path, fn }: Route): string {
  if (fn === 'platform-api') return 'platform'
  if (fn === 'openapi') return 'documents'
  return path.replace('/v1/', '/').split('/')[1] ?? ''
}
