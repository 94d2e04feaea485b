import { MINUTE_MS } from '../../shared/lib/time.ts'
import { startApi, type TestApi } from './api.ts'
import { type ClaimAnswer, givenVia } from './api-given.ts'
import { type Background, startBackground } from './background.ts'
import { startTable, type TestTable } from './dynamo.ts'

export interface ClaimedUsers {
  readonly db: TestTable
  readonly api: TestApi
  readonly world: Background
  /** The claims, newest first. */
  readonly claims: readonly ClaimAnswer[]
  readonly ofOrg: (orgId: string) => readonly ClaimAnswer[]
  /** Waits until the effects of everything done so far are stored. */
  readonly settle: () => Promise<void>
}

/** 40 users of the personal org, claimed one a minute by `dunes` and `harbour`; `quiet` claims nobody. */
export async function startWithClaimedUsers(): Promise<ClaimedUsers> {
  const db = await startTable()
  const api = startApi(db)
  const world = await startBackground(db)
  const claims: ClaimAnswer[] = []
  const settle = async (): Promise<void> => {
    world.clock.set(api.clock.now())
    await world.settle()
  }
  const given = givenVia(api)
  await given.company('dunes', 'dunes.example', { name: 'Dunes BV' })
  await given.company('harbour', 'harbour.example', { name: 'Harbour GmbH' })
  await given.org('quiet')
  for (let n = 0; n < 40; n++) {
    const [orgId, domain] = n % 4 === 0 ? ['harbour', 'harbour.example'] : ['dunes', 'dunes.example']
    await given.user(`u${n}`, { email: `U${n}@${domain}`, firstName: 'Ada', licenses: ['gold'] })
    const type = n % 3 === 0 ? 'direct' : 'delayed'
    claims.unshift(await given.claim(orgId, `u${n}@${domain}`, { type, licenses: ['pro'] }))
    api.clock.advance(MINUTE_MS)
  }
  await settle()
  const ofOrg = (orgId: string) => claims.filter(({ claimingOrgId }) => claimingOrgId === orgId)
  return { db, api, world, claims, ofOrg, settle }
}
