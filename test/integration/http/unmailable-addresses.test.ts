import { describe, expect } from 'vitest'
import { mapAccountHeader, parseAccountRow } from '../../../shared/csv/account-columns.ts'
import { mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { mapDirectoryHeader, parseDirectoryRow } from '../../../shared/csv/directory-columns.ts'
import type { TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { deciders } from '../../support/deciders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

const CODE = 'unmailable_address'

/** Each is an address to somebody, and none that mail can be sent to. */
const unmailable = [
  ['an accent', 'josé@dunes.example'],
  ['a sharp s', 'straße@dunes.example'],
  ['another alphabet', 'иван@dunes.example'],
  // U+0430: Cyrillic, though it looks like an a.
  ['a letter that only looks plain', '\u0430da@dunes.example'],
  ['full width', '\uff41da@dunes.example'],
  ['an emoji', '😀@dunes.example'],
  ['an accent behind a dot, on an internationalised domain', 'a.é@bücher.example'],
] as const

describe.each(unmailable)('N4: an address with %s before the @', (_, email) => {
  let db: TestTable
  let api: TestApi
  let users: ReturnType<typeof deciders>
  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    users = deciders(api)
    await users.company()
  })

  const resultsOf = ({ body }: { readonly body: unknown }) => (body as { results: unknown[] }).results

  const entrances: Readonly<Record<string, () => Promise<unknown>>> = {
    'by hand': async () => {
      const users = [{ email }]
      return resultsOf(await api.admin('dunes').post('/v1/claims', { users, acknowledgePermanent: true }))
    },
    'in a preview': async () =>
      resultsOf(await api.admin('dunes').post('/v1/claims/preview', { users: [{ email }] })),
    'as newEmail': async () => {
      const { link } = await users.open()
      return (await users.post(link, { decision: 'change_email', newEmail: email })).body
    },
    'by the platform': async () =>
      (await api.platform.put('/v1/platform/users/x1', { email, orgId: 'personal' })).body,
    'by an admin, of a user': async () => {
      await givenVia(api).user('own', { email: 'own@dunes.example', orgId: 'dunes' })
      return (await api.admin('dunes').patch('/v1/users/own', { email })).body
    },
    'in a CSV to claim': async () => parseClaimRow([email], mapClaimHeader(['Email'])),
    'in a CSV of accounts': async () =>
      parseAccountRow(['x1', email, 'personal'], mapAccountHeader(['userId', 'email', 'orgId'])),
    'in the CSV of a directory': async () =>
      parseDirectoryRow({ cells: [email] }, mapDirectoryHeader(['Email'])),
  }

  it.each(Object.keys(entrances))(
    'is refused by a code of its own, and nothing is changed: %s',
    async (entrance) => {
      const enter = entrances[entrance]
      const answer = JSON.stringify(await enter?.())
      expect(answer).toContain(CODE)
      expect(answer).not.toContain('invalid_address')
    },
  )

  it('is refused where an organization’s own people are named, by its place and why', async () => {
    const before = await dump(db)
    const admin = api.admin('dunes')
    const answers = {
      adminEmails: await api.platform.put('/v1/platform/organizations/dunes', {
        name: 'Dunes & Co',
        kind: 'enterprise',
        adminEmails: ['it@dunes.example', email],
      }),
      contact: await admin.patch('/v1/organization', { contact: email }),
      emails: await admin.post('/v1/directory/syncs', {
        mode: 'dry_run',
        emails: ['it@dunes.example', email],
      }),
    }
    for (const [field, { status, body }] of Object.entries(answers)) {
      expect(status).toBe(400)
      expect(body).toMatchObject({
        code: 'invalid_request',
        errors: [
          {
            path: expect.stringContaining(field),
            message: expect.stringMatching(/^has letters beyond a to z before the @/),
          },
        ],
      })
    }
    expect(await dump(db)).toEqual(before)
  })

  it('U2: is refused on the page, in words for people', async () => {
    const { link } = await users.open()
    const page = await users.submit(link, { decision: 'change_email', newEmail: email })
    expect(page.status).toBe(400)
    expect(page.text).toContain('before the @ it has letters beyond a to z')
    expect(page.text).toContain('aria-describedby="newEmail-hint newEmail-wrong"')
  })
})
