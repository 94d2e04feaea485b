import { setImmediate as letOthersGo } from 'node:timers/promises'
import * as z from 'zod'
import type { ApiAnswer } from '../../infra/local/client.ts'
import type { Random } from '../simulation/random.ts'
import { DOMAIN, type World } from '../support/world.ts'

/** Sends a request, measures its time, and records a wrong answer. */
export type Step = (
  name: string,
  ask: () => Promise<ApiAnswer>,
  isRight: (answer: ApiAnswer) => boolean,
) => Promise<ApiAnswer>

interface Going {
  readonly world: World
  readonly step: Step
  readonly random: Random
  /** Unclaimed addresses. Each is handed out once. */
  readonly people: Iterator<string>
}

export type Journey = (going: Going) => Promise<void>

const results = z.object({
  results: z.array(
    z.looseObject({ result: z.string(), claim: z.looseObject({ claimId: z.string() }).optional() }),
  ),
})
const signInView = z.looseObject({ mustDecide: z.boolean(), decisionUrl: z.string().optional() })
const problemView = z.looseObject({ code: z.string() })
const page = z.looseObject({ items: z.array(z.unknown()) })

const is = (status: number) => (answer: ApiAnswer) => answer.status === status
const isPage = (answer: ApiAnswer) => answer.status === 200 && page.safeParse(answer.body).success
const isRefusal = (status: number, code: string) => (answer: ApiAnswer) =>
  answer.status === status && problemView.safeParse(answer.body).data?.code === code

/** An unclaimed address. Throws if an org runs out of people. */
function nextPerson(people: Iterator<string>): string {
  const next = people.next()
  if (next.done === true) throw new Error('everybody has been claimed: more people are needed')
  return next.value
}

async function claim({ world, step, people }: Going): Promise<{ email: string; claimId: string }> {
  const email = nextPerson(people)
  const body = { users: [{ email }], acknowledgePermanent: true }
  const answer = await step(
    'claim',
    () => world.as('acme', 'POST', '/v1/claims', body),
    ({ status, body: given }) =>
      status === 200 && results.safeParse(given).data?.results[0]?.result === 'claimed',
  )
  const claimId = results.safeParse(answer.body).data?.results[0]?.claim?.claimId ?? ''
  return { email, claimId: encodeURIComponent(claimId) }
}

const looksAround: Journey = async ({ world, step, random }) => {
  await step('organization', () => world.as('acme', 'GET', '/v1/organization'), is(200))
  await step('claims by status', () => world.as('acme', 'GET', '/v1/claims?status=open&limit=20'), isPage)
  await step(
    'users by address',
    () => world.as('acme', 'GET', `/v1/users?email=person${random.int(1, 9)}`),
    isPage,
  )
  await step('audit', () => world.as('acme', 'GET', '/v1/audit?limit=20'), isPage)
}

const looksForPeople: Journey = async ({ world, step, people }) => {
  const users = [{ email: nextPerson(people) }]
  await step(
    'preview',
    () => world.as('acme', 'POST', '/v1/claims/preview', { users, acknowledgePermanent: true }),
    is(200),
  )
}

const claimsAndRevokes: Journey = async (going) => {
  const { world, step } = going
  const { claimId } = await claim(going)
  const path = `/v1/claims/${claimId}`
  await step('claim by id', () => world.as('acme', 'GET', path), is(200))
  await step('revoke', () => world.as('acme', 'POST', `${path}/revoke`), is(200))
  await step('revoke again', () => world.as('acme', 'POST', `${path}/revoke`), isRefusal(409, 'ended'))
}

const decides: Journey = async (going) => {
  const { world, step } = going
  const { email, claimId } = await claim(going)
  const signedIn = await step(
    'sign in',
    () => world.platform('POST', '/sign-ins', { email }),
    ({ status, body }) => status === 200 && signInView.safeParse(body).data?.mustDecide === true,
  )
  const url = signInView.safeParse(signedIn.body).data?.decisionUrl
  if (url === undefined) return
  const { pathname } = new URL(url)
  await step(
    'decision page',
    () => world.service.api('GET', pathname, { headers: { accept: 'text/html' } }),
    is(200),
  )
  const decide = () => world.service.api('POST', pathname, { body: { decision: 'delete_original' } })
  await step('decide', decide, is(200))
  await step('decide again', decide, is(409))
  await step(
    'revoke what was decided',
    () => world.as('acme', 'POST', `/v1/claims/${claimId}/revoke`),
    ({ status }) => status === 409,
  )
}

const asksWhatIsNone: Journey = async ({ world, step }) => {
  await step(
    'unknown claim',
    () => world.as('acme', 'GET', '/v1/claims/nobody~01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    is(404),
  )
  await step('no token', () => world.service.api('GET', '/v1/claims'), is(401))
  await letOthersGo()
}

/** Each journey is chosen as often as it is listed. */
export const journeys: readonly Journey[] = [
  looksAround,
  looksAround,
  looksAround,
  looksForPeople,
  claimsAndRevokes,
  decides,
  asksWhatIsNone,
]

const USERS_PER_FILE = 4_000

/** Creates two orgs, and so many people in one of them whom the other can claim. */
export async function loadPeople(world: World, count: number): Promise<Iterator<string>> {
  await world.org('personal', 'consumer')
  await world.org('acme', 'enterprise')
  await world.verify('acme', DOMAIN)
  const numbers = Array.from({ length: count }, (_, n) => n)
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  for (let start = 0; start < count; start += USERS_PER_FILE) {
    const rows = numbers
      .slice(start, start + USERS_PER_FILE)
      .map((n) => `p${n},person${n}@${DOMAIN},Per,Son ${n},personal,active,false,en`)
    await world.service.upload(`accounts/people-${start}.csv`, `${header}\n${rows.join('\n')}\n`)
    await world.service.settle()
  }
  return numbers.map((n) => `person${n}@${DOMAIN}`).values()
}
