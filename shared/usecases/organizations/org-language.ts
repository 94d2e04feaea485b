import { type Language, languageOf } from '../../mail/language.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

/** The language that an org is told of its files in; English for files of none, as the platform's. 1 read unit. */
export async function languageOfOrg(
  organizations: Pick<OrganizationStore, 'get'>,
  orgId: string,
): Promise<Language> {
  const found = await organizations.get(orgId)
  return languageOf(found?.org.settings.locale ?? '')
}
