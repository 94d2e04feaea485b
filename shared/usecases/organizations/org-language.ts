import { type Language, languageOf } from '../../mail/language.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

/**
 * The language in which an org is told about its files; English for files of no org, such as the platform's. 1 read
 * unit.
 */
export async function languageOfOrg(
  organizations: Pick<OrganizationStore, 'get'>,
  orgId: string,
): Promise<Language> {
  const found = await organizations.get(orgId)
  return languageOf(found?.org.settings.locale ?? '')
}
