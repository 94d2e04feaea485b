/**
 * What the issuer's page and the studio show of this service. `infra/local` knows nothing of it, so `boot` is given
 * these options.
 */
import * as z from 'zod'
import type { BootOptions, Running } from '../local/boot/options.ts'

const organizationList = z.object({ items: z.array(z.object({ orgId: z.string(), name: z.string() })) })

/** With more organizations than this, people enter the id on the sign-in page. */
const ORGANIZATIONS_OFFERED = 21

/** The organizations that the platform has, for the issuer's page. */
async function organizationsOf({ endpoints, key }: Pick<Running, 'endpoints' | 'key'>) {
  const { createClient } = await import('../local/client.ts')
  const service = createClient(endpoints, key)
  const token = await service.token({ role: 'platform' })
  const path = `/v1/platform/organizations?limit=${ORGANIZATIONS_OFFERED}`
  const { items } = organizationList.parse((await service.api('GET', path, { token })).body)
  return items.map(({ orgId: id, name }) => ({ id, name }))
}

const linksOf = ({ endpoints: { api, issuer, s3, dynamodb, control } }: Pick<Running, 'endpoints'>) => [
  { text: 'Console', href: `${api}/console`, about: 'what an organization’s admins work with' },
  { text: 'API reference', href: `${api}/docs`, about: 'every route, to read and try' },
  { text: 'OpenAPI', href: `${api}/openapi.json`, about: 'the API’s description' },
  { text: 'AsyncAPI', href: `${api}/asyncapi.json`, about: 'the events’ description' },
  {
    text: 'Issuer',
    href: `${issuer}/.well-known/openid-configuration`,
    about: 'who signs people in',
  },
  { text: 'S3', href: s3, about: 'for any AWS SDK, with any credentials' },
  { text: 'DynamoDB', href: dynamodb, about: 'for any AWS SDK, with any credentials' },
  { text: 'Control', href: `${control}/clock`, about: 'what the studio does, as calls' },
]

const actionsOf = ({ endpoints, key }: Pick<Running, 'endpoints' | 'key'>) => [
  {
    id: 'seed',
    title: 'Seed',
    about: 'Two organizations, people to claim, a verified domain. Once only; what is there stays as it is.',
    async run() {
      const { createClient } = await import('../local/client.ts')
      const { seed } = await import('./seed.ts')
      const isNew = await seed(createClient(endpoints, key))
      return isNew ? 'Seeded: sign in to the console as admin of acme.' : 'It has been seeded before.'
    },
  },
]

export const serviceOptions = {
  organizations: organizationsOf,
  links: linksOf,
  actions: actionsOf,
} as const satisfies BootOptions
