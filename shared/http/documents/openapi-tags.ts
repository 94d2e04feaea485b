import type { Route } from '../routes.ts'

/** Tag descriptions, by the first part of the path. The linter requires one for each tag. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  audit: 'What was changed, when and by whom.',
  'claimable-users': 'Users that the organization can claim, as a list and as a CSV.',
  claims: "The organization's claims of users' accounts.",
  decisions: 'The page behind the mailed link, where a claimed user decides.',
  directory: "Comparing the organization's users with its own directory.",
  domains: 'Domains of the organization, and the proof that they are its own.',
  imports: 'CSV files of users to claim.',
  documents: 'The descriptions of the API and of its events, and what each code means.',
  organization: 'The organization and its settings.',
  me: 'The caller.',
  suppressions: 'Addresses that get no mail because one bounced or was reported as spam.',
  'outgoing-claims': 'Accounts that other organizations are claiming from this one.',
  platform: 'For the platform: organizations, accounts, conversations and sign-ins.',
  summary: 'How many users, claims and jobs there are.',
  users: "The organization's users.",
}

export function tagOf({ path, fn }: Route): string {
  if (fn === 'platform-api') return 'platform'
  if (fn === 'openapi') return 'documents'
  return path.replace('/v1/', '/').split('/')[1] ?? ''
}
