import { describe, expect, it } from 'vitest'
import type { Organization } from '../../../../shared/rules/types.ts'
import { addToDigests } from '../../../../shared/usecases/effects/digests.ts'
import { org } from '../../../support/builders.ts'

const returned = (orgId: string, claimId: string) => ({ orgId, claimId, at: '2026-03-01T20:00:00.000Z' })

async function addedFor(orgs: readonly Organization[], closedDays: readonly string[] = []) {
  const added: string[] = []
  const read: string[] = []
  await addToDigests(
    {
      organizations: {
        get: async (orgId) => {
          read.push(orgId)
          const found = orgs.find((each) => each.orgId === orgId)
          return found && { org: found, revision: 1 }
        },
      },
      digests: {
        add: async ({ orgId, claimId }, { day, dueAt }) => {
          const isClosed = closedDays.includes(day)
          if (!isClosed) added.push(`${orgId} ${claimId} ${day} ${dueAt}`)
          return { outcome: isClosed ? 'closed' : 'added' }
        },
      },
    },
    [returned('noordzee', 'clm1'), returned('acme', 'clm2'), returned('noordzee', 'clm3')],
  )
  return { added, read }
}

describe('mails that bounced', () => {
  it('N4: are in the digest of their org’s next morning, by its own clock, and each org is read once', async () => {
    const acme = org({ orgId: 'acme', settings: { timeZone: 'Asia/Tokyo' } })
    const { added, read } = await addedFor([org(), acme])
    expect(read).toEqual(['noordzee', 'acme'])
    expect(added).toEqual([
      'noordzee clm1 2026-03-02 2026-03-02T08:00:00Z',
      'noordzee clm3 2026-03-02 2026-03-02T08:00:00Z',
      'acme clm2 2026-03-02 2026-03-01T23:00:00Z',
    ])
  })

  it('N4: are in the first digest that isn’t closed', async () => {
    const { added } = await addedFor([org()], ['2026-03-02', '2026-03-03'])
    expect(added).toEqual([
      'noordzee clm1 2026-03-04 2026-03-04T08:00:00Z',
      'noordzee clm3 2026-03-04 2026-03-04T08:00:00Z',
    ])
  })

  it('N4: are in none where the org is gone, or has no admin to be mailed', async () => {
    expect((await addedFor([org({ orgId: 'acme', adminEmails: [] })])).added).toEqual([])
  })
})
