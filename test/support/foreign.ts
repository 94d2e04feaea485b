import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { routes } from '../../shared/http/routes.ts'
import { linkText } from '../../shared/rules/claims/decision-link.ts'
import type { TestApi, TestResponse } from './api.ts'
import { givenVia } from './api-given.ts'

/**
 * Requests for another organization's things, each beside a request for something that doesn't exist: the two answers
 * must be alike, also in the time they take.
 */
export interface Likeness {
  readonly name: string
  /** Asks for another organization's thing. The number makes each request different. */
  readonly foreign: (n: number) => Promise<TestResponse>
  readonly unknown: (n: number) => Promise<TestResponse>
}

const OWNER = 'owner'
const RIVAL = 'rival'
const DOMAIN = 'owned.example'
const ULID = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'
/** Valid bodies, without which an operation wouldn't look up what its path names. */
const bodies: Readonly<Record<string, unknown>> = {
  confirmImport: { acknowledgePermanent: true },
  updateUser: { displayName: 'Mallory' },
}

async function made(answer: Promise<TestResponse>, name: string): Promise<string> {
  const { status, text, body } = await answer
  if (status >= 300) throw new Error(`${status} ${text}`)
  return String(z.looseObject({ [name]: z.string() }).parse(body)[name])
}

/** Every operation whose path, query or body names a record. */
export async function likenesses(api: TestApi): Promise<readonly Likeness[]> {
  const given = givenVia(api)
  await given.company(OWNER, DOMAIN)
  await given.company(RIVAL, 'rival.example')
  await given.user('ada', { email: `ada@${DOMAIN}` })
  await given.user('bea', { email: `bea@${DOMAIN}` })
  await given.user('staff', { email: `staff@${DOMAIN}`, orgId: OWNER })
  const { claimId, newUserId } = await given.claim(OWNER, `ada@${DOMAIN}`)
  const owner = api.admin(OWNER)
  const exportId = await made(owner.post('/v1/claimable-users/exports'), 'exportId')
  const claimsExportId = await made(owner.post('/v1/claims/exports'), 'exportId')
  const importId = await made(owner.post('/v1/imports', { fileName: 'a.csv', sizeBytes: 10 }), 'importId')
  const syncId = await made(owner.post('/v1/directory/syncs', { mode: 'dry_run' }), 'syncId')
  const foreign = {
    claimId,
    exportId,
    importId,
    syncId,
    userId: 'staff',
    domain: DOMAIN,
    email: `ada@${DOMAIN}`,
  }
  const unknown = {
    claimId: `clm~eve~${ULID}`,
    exportId: ULID,
    importId: ULID,
    syncId: ULID,
    userId: 'nobod',
    domain: 'other.example',
    email: `eve@${DOMAIN}`,
  }
  type Ids = Readonly<Record<string, string>>
  const at = (path: string, ids: Ids): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = ids[name]
      if (id === undefined) throw new Error(`who adds a path with {${name}} says what stands there`)
      return encodeURIComponent(id)
    })
  const rival = api.admin(RIVAL)
  const byPath = routes
    .filter(({ path, scope }) => path.includes('{') && scope !== null && scope !== 'platform')
    .map(({ operation, method, path }): Likeness => {
      const ask = (ids: Ids) => (): Promise<TestResponse> => {
        const body = bodies[operation]
        const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        return rival.send({ method, url: at(path, ids), ...(body === undefined ? { headers: {} } : json) })
      }
      const own = operation === 'getClaimsExport' ? { ...foreign, exportId: claimsExportId } : foreign
      return { name: operation, foreign: ask(own), unknown: ask(unknown) }
    })
  const get = (name: string, one: string, none: string): Likeness => ({
    name,
    foreign: () => rival.get(one),
    unknown: () => rival.get(none),
  })
  const post = (name: string, url: string, one: unknown, none: unknown): Likeness => {
    const ask = (user: unknown) => () => rival.post(url, { users: [user], acknowledgePermanent: true })
    return { name, foreign: ask(one), unknown: ask(none) }
  }
  const link = (of: string) => (): Promise<TestResponse> =>
    api.anyone.get(`/decisions/${linkText({ claimId: of, secret: randomBytes(16) })}`, {
      accept: 'application/json',
    })
  const oneClaim = encodeURIComponent(claimId)
  const noClaim = encodeURIComponent(unknown.claimId)
  return [
    ...byPath,
    get(
      'getClaim: another claim of a known account',
      `/v1/claims/${encodeURIComponent(`clm~ada~${ULID}`)}`,
      `/v1/claims/${noClaim}`,
    ),
    get(
      'getUser: a new account',
      `/v1/users/${encodeURIComponent(newUserId)}`,
      `/v1/users/${encodeURIComponent(`eve~${ULID}`)}`,
    ),
    get(
      'getUser: another account of a known record',
      `/v1/users/${encodeURIComponent(`ada~${ULID}`)}`,
      `/v1/users/${encodeURIComponent(`eve~${ULID}`)}`,
    ),
    get('listAudit: of a claim', `/v1/audit?claimId=${oneClaim}`, `/v1/audit?claimId=${noClaim}`),
    get('listClaims: of an import', `/v1/claims?importId=${importId}`, `/v1/claims?importId=${ULID}`),
    get('listClaims: by address', `/v1/claims?email=ada@${DOMAIN}`, `/v1/claims?email=eve@${DOMAIN}`),
    get('listUsers: by address', `/v1/users?email=staff@${DOMAIN}`, `/v1/users?email=nobod@${DOMAIN}`),
    post(
      'previewClaims: an address',
      '/v1/claims/preview',
      { email: `bea@${DOMAIN}` },
      { email: `eve@${DOMAIN}` },
    ),
    post(
      'previewClaims: a claimed address',
      '/v1/claims/preview',
      { email: `ada@${DOMAIN}` },
      { email: `eve@${DOMAIN}` },
    ),
    post('previewClaims: an id', '/v1/claims/preview', { userId: 'bea' }, { userId: 'eve' }),
    post('createClaims: an address', '/v1/claims', { email: `bea@${DOMAIN}` }, { email: `eve@${DOMAIN}` }),
    post('createClaims: an id', '/v1/claims', { userId: 'bea' }, { userId: 'eve' }),
    {
      name: 'showDecision: a claim’s id and another secret',
      foreign: link(claimId),
      unknown: link(unknown.claimId),
    },
  ]
}
