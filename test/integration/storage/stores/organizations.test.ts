import { describe, expect } from 'vitest'
import type { Organization } from '../../../../shared/rules/types.ts'
import { type OrganizationStore, organizationStore } from '../../../../shared/storage/stores/organizations.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { it } from '../../../support/fixtures.ts'

const acme: Organization = {
  orgId: 'acme',
  name: 'Acme',
  kind: 'enterprise',
  region: 'eu',
  createdAt: '2026-01-01T00:00:00Z',
  sso: false,
  directorySync: false,
  adminEmails: [],
  settings: {
    allowContentMigration: true,
    suppressInvitations: false,
    licenseTemplate: ['pro'],
    retentionDays: null,
    locale: 'en',
  },
}
const change = { what: 'organization.created', at: '2026-01-01T00:00:00.000Z', by: 'platform:test' } as const

describe('organizationStore', () => {
  let db: TestTable
  let organizations: OrganizationStore

  it.beforeAll(({ table }) => {
    db = table
    organizations = organizationStore(db.table)
  })

  it('reads back what was written, and nothing for what was not', async () => {
    expect(await organizations.write(acme, 0, change)).toEqual({ outcome: 'written' })
    expect(await organizations.get('acme')).toEqual({ org: acme, revision: 1 })
    expect(await organizations.get('nobody')).toBeUndefined()
  })

  it('T1: of two changes of the same version one is lost', async () => {
    const off = { ...acme, settings: { ...acme.settings, allowContentMigration: false } }
    const writes = await Promise.all([
      organizations.write(off, 1, change),
      organizations.write({ ...off, name: 'Acme BV' }, 1, change),
    ])
    expect(writes.map(({ outcome }) => outcome).sort()).toEqual(['lost', 'written'])
  })
})
