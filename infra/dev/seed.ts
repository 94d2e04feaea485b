/**
 * `npm start -- --seed`: creates what somebody needs before they can claim, by the same calls that any client would
 * make.
 */
import * as z from 'zod'
import type { ServiceClient } from '../local/client.ts'

export const CONSUMER_ORG = 'personal'
export const CLAIMING_ORG = 'acme'
export const DOMAIN = 'acme.example'
/**
 * Path from the project's root. Lists three people who can be claimed, one of them directly, and one who doesn't
 * exist.
 */
export const SAMPLE_CSV = 'events/first-people.csv'

/** Personal accounts on the claiming org's domain. */
const people = [
  { userId: 'ada', firstName: 'Ada', lastName: 'de Vries', locale: 'nl', paid: false },
  { userId: 'bob', firstName: 'Bob', lastName: 'Miller', locale: 'en', paid: false },
  { userId: 'chloe', firstName: 'Chloé', lastName: 'Martin', locale: 'fr', paid: true },
  { userId: 'dieter', firstName: 'Dieter', lastName: 'Schäfer', locale: 'de', paid: false },
  { userId: 'elena', firstName: 'Elena', lastName: 'Núñez', locale: 'es', paid: false },
] as const

const conversations = ['Harbour plans', 'Lunch on Friday'] as const

const addedDomain = z.looseObject({ txtRecord: z.looseObject({ name: z.string(), value: z.string() }) })

/**
 * Seeds the service, and says whether it did. If the org exists already, nothing is changed, so that kept state stays
 * as it is.
 */
export async function seed(service: ServiceClient): Promise<boolean> {
  const admin = await service.token({ org: CLAIMING_ORG })
  const platform = await service.token({ role: 'platform' })
  const send = async (method: string, path: string, token: string, body?: unknown): Promise<unknown> => {
    const answer = await service.api(method, path, { token, body })
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const { status } = await service.api('GET', '/v1/organization', { token: admin })
  if (status === 200) return false

  const organizations = '/v1/platform/organizations'
  await send('PUT', `${organizations}/${CONSUMER_ORG}`, platform, {
    name: 'Personal accounts',
    kind: 'consumer',
    region: 'eu',
  })
  await send('PUT', `${organizations}/${CLAIMING_ORG}`, platform, {
    name: 'Acme',
    kind: 'enterprise',
    region: 'eu',
    adminEmails: [`it@${DOMAIN}`],
  })
  await send('PATCH', '/v1/organization', admin, { allowContentMigration: true, licenseTemplate: ['basic'] })
  const lastActivityAt = (await service.now()).toISOString()
  for (const { userId, ...person } of people) {
    const path = `/v1/platform/users/${userId}`
    await send('PUT', path, platform, { ...person, email: `${userId}@${DOMAIN}`, orgId: CONSUMER_ORG })
    for (const [n, title] of conversations.entries())
      await send('PUT', `${path}/conversations/talk-${n + 1}`, platform, { title, lastActivityAt })
  }
  const { txtRecord } = addedDomain.parse(await send('POST', '/v1/domains', admin, { domain: DOMAIN }))
  await service.setTxt(txtRecord.name, [txtRecord.value])
  await send('POST', `/v1/domains/${DOMAIN}/verify`, admin)
  await service.settle()
  return true
}
