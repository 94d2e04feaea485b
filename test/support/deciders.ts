import type { TestApi, TestResponse } from './api.ts'
import { type ClaimAnswer, givenVia } from './api-given.ts'
import { confirmationToken } from './confirmations.ts'

export const json = { accept: 'application/json' }
export const browser = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
  'accept-language': 'nl-NL,nl;q=0.9,en;q=0.8',
}
const form = { ...browser, 'content-type': 'application/x-www-form-urlencoded' }

/** The claiming org `dunes`, and what its claimed users do with their links. */
export function deciders(api: TestApi) {
  let count = 0
  /** A user with an open claim, and the link to decide about it. */
  const open = async (
    more: Record<string, unknown> = {},
    patch: Record<string, unknown> = {},
  ): Promise<{ link: string; id: string; email: string; claim: ClaimAnswer }> => {
    const id = `user${count++}`
    const email = `${id}@dunes.example`
    await givenVia(api).user(id, { email, ...patch })
    const claim = await givenVia(api).claim('dunes', email, more)
    return { id, email, claim, link: await givenVia(api).decisionLink(email) }
  }
  const post = (link: string, body: Record<string, unknown>): Promise<TestResponse> =>
    api.anyone.post(link, body)
  const submit = (link: string, fields: Record<string, string>, headers: Record<string, string> = form) =>
    api.anyone.send({ method: 'POST', url: link, headers, body: new URLSearchParams(fields).toString() })
  const user = (userId: string) => api.platform.get(`/v1/platform/users/${userId}`)
  const claimNow = async (claim: ClaimAnswer) =>
    (await api.admin('dunes').get(`/v1/claims/${claim.claimId}`)).body
  const recordOf = async ({ claimId }: ClaimAnswer) => {
    const record = (await api.stores.claims.byId(claimId))?.record
    if (record?.claim === undefined) throw new Error('no open claim')
    return { record, claim: record.claim }
  }
  const by = () => ({ now: api.clock.now(), by: 'schedule:due' }) as const

  /** U2: the link that was mailed to the new address. */
  const confirmationLink = async ({ claimId }: Pick<ClaimAnswer, 'claimId'>) =>
    `/decisions/confirmations/${await confirmationToken(api.stores, claimId, api.clock.now())}`
  /** U2: chooses a new address and confirms it. */
  const changeEmail = async (link: string, claim: ClaimAnswer, newEmail: string): Promise<TestResponse> => {
    const asked = await post(link, { decision: 'change_email', newEmail })
    return asked.status === 202 ? post(await confirmationLink(claim), {}) : asked
  }

  const company = async (): Promise<void> => {
    await givenVia(api).company('dunes', 'dunes.example', { name: 'Dunes & Co' })
    await givenVia(api).verifiedDomain('dunes', 'dunes-two.example')
  }

  return { company, open, post, confirmationLink, changeEmail, submit, user, claimNow, recordOf, by }
}
