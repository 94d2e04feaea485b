import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import {
  requestDeletion,
  startOrResumeDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  cancelOrganizationDeletion,
  changeSettings,
  type OrganizationPorts,
  putOrganization,
  requestOrganizationDeletion,
} from '../../../../shared/usecases/organizations/organizations.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, org, plus, T0 } from '../../../support/builders.ts'

const changedBy = { now: T0, by: ADMIN }
const ASKED = requestDeletion(org(), changedBy)
const BEGUN = startOrResumeDeletion(ASKED, plus(24 * 3_600_000))
const REVISION = 4
const refused = (code: string) => ({ outcome: 'refused', code })

function world(standing: Organization | undefined, { lost = 0 } = {}) {
  const written: string[] = []
  let left = lost
  const ports: OrganizationPorts = {
    organizations: {
      getAny: async () =>
        standing && {
          org: standing,
          revision: REVISION,
          change: { what: 'organization.created', at: T0.toISOString(), by: ADMIN, n: 1 },
        },
      write: async (_next, revision, { what, at, by }) => {
        written.push(`${what} over ${revision} at ${at} by ${by}`)
        return left-- > 0 ? LOST : WRITTEN
      },
    },
  }
  return { ports, written }
}
const write = (what: string, revision = REVISION): string =>
  `organization.${what} over ${revision} at ${T0.toISOString()} by ${ADMIN}`

withoutBackoff()

describe('an organization that the platform reports', () => {
  const wanted = { orgId: 'noordzee', name: 'Noordzee NV', kind: 'enterprise' } as const

  it('A1: is created, or changed, by one write', async () => {
    const fresh = world(undefined)
    expect(await putOrganization(fresh.ports, wanted, changedBy)).toMatchObject({
      outcome: 'done',
      org: { name: 'Noordzee NV' },
      revision: 1,
      created: true,
    })
    expect(fresh.written).toEqual([write('created', 0)])
    const known = world(org())
    expect(await putOrganization(known.ports, wanted, changedBy)).toMatchObject({
      outcome: 'done',
      revision: REVISION + 1,
      created: false,
    })
    expect(known.written).toEqual([write('updated')])
  })

  it('A1: is not written where nothing changes', async () => {
    const { ports, written } = world(org())
    expect(await putOrganization(ports, { ...wanted, name: org().name }, changedBy)).toEqual({
      outcome: 'done',
      org: org(),
      revision: REVISION,
      created: false,
    })
    expect(written).toEqual([])
  })

  it('A1: is written once more where others were faster', async () => {
    const { ports, written } = world(org(), { lost: 1 })
    expect(await putOrganization(ports, wanted, changedBy)).toMatchObject({ outcome: 'done' })
    expect(written).toHaveLength(2)
  })

  it('C8: is left as it is at another version than was asked for', async () => {
    const at = (standing: Organization | undefined, version: number) =>
      putOrganization(world(standing).ports, wanted, { ...changedBy, versions: [version] })
    expect(await at(org(), REVISION - 1)).toEqual(refused('precondition_failed'))
    expect(await at(org(), REVISION)).toMatchObject({ outcome: 'done' })
    expect(await at(undefined, 1)).toEqual(refused('precondition_failed'))
    expect(await at(undefined, 0)).toMatchObject({ outcome: 'done' })
  })

  it('O1: can’t be changed once its deletion has begun, and can until then', async () => {
    expect(await putOrganization(world(BEGUN).ports, wanted, changedBy)).toEqual(refused('deletion_begun'))
    expect(await putOrganization(world(ASKED).ports, wanted, changedBy)).toMatchObject({ outcome: 'done' })
  })
})

describe('the settings of an organization', () => {
  const change = (standing: Organization | undefined) =>
    changeSettings(world(standing).ports, 'noordzee', { locale: 'de' }, changedBy)

  it('O1: can be changed as long as it is there', async () => {
    expect(await change(org())).toMatchObject({ outcome: 'done', org: { settings: { locale: 'de' } } })
    expect(await change(BEGUN)).toEqual(refused('organization_not_found'))
    expect(await change(undefined)).toEqual(refused('organization_not_found'))
  })
})

describe('the request to delete an organization', () => {
  const ask = (standing: Organization | undefined, name = org().name) => {
    const { ports, written } = world(standing)
    return { outcome: requestOrganizationDeletion(ports, 'noordzee', name, changedBy), written }
  }

  it('O1: is held for 24 h, by one write', async () => {
    const { outcome, written } = ask(org())
    expect(await outcome).toEqual({
      outcome: 'held',
      deletion: { requestedAt: T0.toISOString(), at: '2026-03-02T09:30:16Z', by: ADMIN },
    })
    expect(written).toEqual([write('deletion_requested')])
  })

  it('O1: keeps its time where it is repeated', async () => {
    const earlier = requestDeletion(org(), { ...changedBy, now: plus(-1_000) })
    const { outcome, written } = ask(earlier)
    expect(await outcome).toEqual({ outcome: 'held', deletion: earlier.deletion })
    expect(written).toEqual([])
  })

  it('O1: is refused for nobody, and where the name isn’t the org’s', async () => {
    expect(await ask(undefined).outcome).toEqual(refused('organization_not_found'))
    expect(await ask(org(), 'Noordzee').outcome).toEqual(refused('name_mismatch'))
  })

  it('O1: is taken back until the deletion begins', async () => {
    const cancel = (standing: Organization | undefined) => {
      const { ports, written } = world(standing)
      return { outcome: cancelOrganizationDeletion(ports, 'noordzee', changedBy), written }
    }
    const { outcome, written } = cancel(ASKED)
    expect(await outcome).toEqual({ outcome: 'done', org: org(), revision: REVISION + 1, created: false })
    expect(written).toEqual([write('restored')])
    expect(await cancel(BEGUN).outcome).toEqual(refused('deletion_begun'))
    expect(await cancel(org()).outcome).toEqual(refused('not_being_deleted'))
    expect(await cancel(undefined).outcome).toEqual(refused('organization_not_found'))
  })
})
