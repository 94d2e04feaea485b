import { Buffer } from 'node:buffer'
import { generateKeyPair, importJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { describe, expect } from 'vitest'
import * as z from 'zod'
import { localAudience, localIssuer } from '../../infra/local/project-settings.ts'
import { roles, signatureAlgorithm } from '../../infra/local/oidc/signing-key.ts'
import { DOMAIN, expectOk, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const HOUR_SECONDS = 3600

/** What an operation's scopes in the OpenAPI document say of who may call it. */
const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
      }),
    ),
  ),
})

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  /** Any of them will do. */
  readonly scopes: readonly string[]
}

/** Bodies without which an operation wouldn't get as far as to look for what its path names. */
const bodies: Readonly<Record<string, unknown>> = {
  confirmImport: { acknowledgePermanent: true },
  updateUser: { displayName: 'Mallory' },
}

/** POSTs that change nothing: a look ahead (P1). */
const READERS_MAY_ASK = ['previewClaims']

/** An answer to the byte, save for the request's own id. */
interface Told {
  readonly status: number
  readonly text: string
  readonly headers: readonly string[]
}

describe('tenants and tokens', () => {
  let world: World
  let operations: Operation[]
  let api: string

  it.beforeAll(async ({ service }) => {
    world = service
    api = world.service.endpoints.api
    await world.org('rival', 'enterprise')
    await world.verify('rival', 'rival.example')
    const { paths } = documentSchema.parse((await world.service.api('GET', '/openapi.json')).body)
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { operationId: id, security }]) => {
        const scopes = security.flatMap((one) => Object.values(one).flat())
        return scopes.length === 0 ? [] : [{ id, method: method.toUpperCase(), path, scopes }]
      }),
    )
  })

  async function tell(
    { method, path }: Pick<Operation, 'method' | 'path'>,
    authorization: string | undefined,
    given?: unknown,
  ): Promise<Told> {
    const body = method === 'GET' ? undefined : given
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
    const headers = [...response.headers]
      .filter(([name]) => name !== 'date')
      .map(([name, value]) => `${name}: ${value.replace(id, '<id>')}`)
    return { status: response.status, text: (await response.text()).replace(id, '<id>'), headers }
  }

  const filled = ({ path }: Operation, id = 'nothing'): string => path.replace(/\{\w+\}/g, id)

  /** A token of whoever may do all, with what is wrong about it. */
  async function token(
    claims: Readonly<Record<string, unknown>> = {},
    header: Partial<JWTHeaderParameters> = {},
    key?: Parameters<SignJWT['sign']>[0],
  ): Promise<string> {
    const now = Math.floor((await world.service.now()).getTime() / 1000)
    const everything = {
      sub: 'mallory',
      iss: localIssuer,
      aud: localAudience,
      iat: now - HOUR_SECONDS,
      nbf: now - HOUR_SECONDS,
      exp: now + HOUR_SECONDS,
      org_id: 'acme',
      scope: `${roles.admin} platform`,
      ...claims,
    }
    const { privateJwk, kid } = world.signingKey
    return new SignJWT(everything as JWTPayload)
      .setProtectedHeader({ alg: signatureAlgorithm, typ: 'JWT', kid, ...header })
      .sign(key ?? (await importJWK(privateJwk, signatureAlgorithm)))
  }

  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const inSeconds = async (seconds: number): Promise<number> =>
    Math.floor((await world.service.now()).getTime() / 1000) + seconds

  const refused: Readonly<Record<string, () => Promise<string | undefined>>> = {
    'no token': async () => undefined,
    'an empty one': async () => 'Bearer ',
    'a password': async () => `Basic ${Buffer.from('admin:admin').toString('base64')}`,
    'one that is none': async () => 'Bearer not.a.token',
    'an expired one': async () => `Bearer ${await token({ exp: await inSeconds(-1) })}`,
    'one that never ends': async () => `Bearer ${await token({ exp: undefined })}`,
    'one that is not valid yet': async () => `Bearer ${await token({ nbf: await inSeconds(HOUR_SECONDS) })}`,
    'one for another audience': async () => `Bearer ${await token({ aud: 'another-service' })}`,
    'one of another issuer': async () => `Bearer ${await token({ iss: 'https://issuer.example' })}`,
    'one that nobody signed': async () => {
      const [, payload = ''] = (await token()).split('.')
      return `Bearer ${encoded({ alg: 'none', typ: 'JWT', kid: world.signingKey.kid })}.${payload}.`
    },
    'one signed with the public key as a secret (HS256)': async () => {
      const { publicJwk, kid } = world.signingKey
      const secret = await crypto.subtle.importKey(
        'raw',
        Buffer.from(JSON.stringify(publicJwk)),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      )
      return `Bearer ${await token({}, { alg: 'HS256', kid }, secret)}`
    },
    'one of an unknown key': async () => {
      const { privateKey } = await generateKeyPair(signatureAlgorithm)
      return `Bearer ${await token({}, { kid: 'unknown' }, privateKey)}`
    },
    'one of another key under the known one’s id': async () => {
      const { privateKey } = await generateKeyPair(signatureAlgorithm)
      return `Bearer ${await token({}, {}, privateKey)}`
    },
    'one whose claims were changed': async () => {
      const [header = '', , signature = ''] = (await token({ scope: 'org:read' })).split('.')
      const [, payload = ''] = (await token()).split('.')
      return `Bearer ${header}.${payload}.${signature}`
    },
  }

  it.each(Object.keys(refused))('every operation refuses %s with 401', async (name) => {
    const authorization = await refused[name]?.()
    expect(operations.length).toBeGreaterThan(45)
    for (const operation of operations) {
      const told = await tell({ ...operation, path: filled(operation) }, authorization)
      expect({ id: operation.id, status: told.status }).toEqual({ id: operation.id, status: 401 })
      expect(told.headers.some((header) => header.startsWith('www-authenticate: Bearer'))).toBe(true)
    }
  })

  it('a token that is right for it is not what any of them refuses', async () => {
    for (const operation of operations) {
      const [scope = ''] = operation.scopes
      const authorization = `Bearer ${await token({ scope, ...(scope === 'platform' ? { org_id: undefined } : {}) })}`
      const { status } = await tell({ ...operation, path: filled(operation) }, authorization, {})
      expect({ id: operation.id, status }).not.toEqual({ id: operation.id, status: 401 })
      expect({ id: operation.id, status }).not.toEqual({ id: operation.id, status: 403 })
    }
  })

  const others: Readonly<Record<string, string>> = {
    'a reader': roles.reader,
    'an admin': roles.admin,
    'the platform': roles.platform,
    'nobody in particular': '',
    'somebody with scopes that only look like ours': 'claims org claims:writer platform:read Platform',
  }

  it.each(Object.keys(others))('every operation that %s has no scope for refuses with 403', async (who) => {
    const has = (others[who] ?? '').split(' ')
    const authorization = `Bearer ${await token({ scope: others[who] })}`
    const forbidden = operations.filter(({ scopes }) => !scopes.some((scope) => has.includes(scope)))
    expect(forbidden.length).toBeGreaterThan(9)
    for (const operation of forbidden) {
      const { status } = await tell({ ...operation, path: filled(operation) }, authorization, {})
      expect({ id: operation.id, status }).toEqual({ id: operation.id, status: 403 })
    }
  })

  it('a reader may ask for what changes nothing, and for nothing else', () => {
    const mayRead = ({ scopes }: Operation): boolean => scopes.some((scope) => scope.endsWith(':read'))
    const asked = operations.filter((each) => each.method !== 'GET' && mayRead(each)).map(({ id }) => id)
    expect(asked.sort()).toEqual(READERS_MAY_ASK)
    const unread = operations.filter((each) => each.method === 'GET' && !mayRead(each))
    expect(unread.filter(({ scopes }) => !scopes.includes('platform'))).toEqual([])
  })

  it('a token without an organization reaches no organization’s own', async () => {
    const authorization = `Bearer ${await token({ org_id: undefined, scope: roles.admin })}`
    for (const operation of operations.filter(({ scopes }) => !scopes.includes('platform'))) {
      const { status } = await tell({ ...operation, path: filled(operation) }, authorization, {})
      expect({ id: operation.id, status }).toEqual({ id: operation.id, status: 403 })
    }
  })

  /** What an org has of each kind, as paths name it: `exportId` has two kinds. */
  async function belongings(): Promise<Record<string, Record<string, string>>> {
    await world.user('ada')
    await world.user('staff', { orgId: 'acme' })
    const { claimId } = await world.claimed('acme', `ada@${DOMAIN}`)
    const { importId } = await world.import('acme', 'people.csv', `Email\nnobody@${DOMAIN}\n`)
    const made = async (path: string, name: string, body?: unknown): Promise<string> => {
      const answer = expectOk(await world.as('acme', 'POST', path, body))
      return String(z.record(z.string(), z.unknown()).parse(answer.body)[name])
    }
    const exportId = await made('/v1/claimable-users/exports', 'exportId')
    const claimsExport = await made('/v1/claims/exports', 'exportId')
    const syncId = await made('/v1/directory/syncs', 'syncId', { mode: 'dry_run', emails: [`x@${DOMAIN}`] })
    await world.service.settle()
    const own = {
      claimId,
      importId,
      exportId,
      syncId,
      userId: 'staff',
      domain: DOMAIN,
      email: `ada@${DOMAIN}`,
    }
    return { own, claimsExport: { ...own, exportId: claimsExport } }
  }

  it('another organization’s id is answered as an unknown one is, to the byte, whatever is asked of it', async () => {
    const { own = {}, claimsExport = {} } = await belongings()
    const unknown: Record<string, string> = {
      claimId: own.claimId?.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '',
      importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
      exportId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
      syncId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
      userId: 'nobody-at-all',
      domain: 'unknown.example',
      email: 'nobody@unknown.example',
    }
    const at = (path: string, ids: Record<string, string>): string =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const id = ids[name]
        if (id === undefined) throw new Error(`who adds a path with {${name}} says what stands there`)
        return encodeURIComponent(id)
      })
    const rival = `Bearer ${await world.admin('rival')}`
    const looked = operations.filter(({ scopes, path }) => path.includes('{') && scopes[0] !== 'platform')
    expect(looked.length).toBeGreaterThan(15)
    for (const operation of looked) {
      const { id, method, path } = operation
      const ids = id === 'getClaimsExport' ? claimsExport : own
      const foreign = await tell({ method, path: at(path, ids) }, rival, bodies[id])
      const none = await tell({ method, path: at(path, unknown) }, rival, bodies[id])
      expect({ id, ...foreign }).toEqual({ id, ...none })
      expect({ id, status: foreign.status }).toEqual({ id, status: 404 })
      // It is there for its owner: what was compared is no slip of the test's.
      if (method === 'GET') {
        const owner = await tell({ method, path: at(path, ids) }, `Bearer ${await world.admin('acme')}`)
        expect({ id, status: owner.status }).toEqual({ id, status: 200 })
      }
    }
  })

  it('E: nor do claims, previews and lists tell others’ accounts and ids from unknown ones', async () => {
    const rival = `Bearer ${await world.admin('rival')}`
    const told = async (method: string, path: string, body?: unknown) => tell({ method, path }, rival, body)
    await world.user('secret')
    for (const path of ['/v1/claims', '/v1/claims/preview'])
      for (const [foreign, none] of [
        [{ userId: 'secret' }, { userId: 'nobody' }],
        [{ email: `secret@${DOMAIN}` }, { email: `nobody@${DOMAIN}` }],
      ] as const) {
        const [one, other] = [foreign, none].map((user) => ({ users: [user], acknowledgePermanent: true }))
        const same = (text: string): string => text.replaceAll(/secret|nobody/g, '<who>')
        const [first, second] = [await told('POST', path, one), await told('POST', path, other)]
        expect(same(first.text)).toBe(same(second.text))
        expect(first.text).toContain('domain_not_verified')
      }
    const [claim] = await world.list(z.looseObject({ claimId: z.string() }), 'acme', '/v1/claims')
    // As whoever tries ids out writes them; none of them may be more than not found.
    for (const id of [
      '~',
      '~~',
      'clm~',
      'clm~~',
      'clm~x',
      'clm~x~',
      'clm~~x',
      'clm~ada~',
      '\u0000',
      '..',
      '%2e',
      'é'.repeat(300),
      'x'.repeat(512),
    ])
      for (const path of [
        '/v1/claims/ID',
        '/v1/users/ID',
        '/v1/imports/ID',
        '/v1/claims/exports/ID',
        '/v1/directory/syncs/ID',
        '/v1/audit?claimId=ID',
      ])
        expect([200, 400, 404], `${path} of ${id.slice(0, 20)}`).toContain(
          (await told('GET', path.replace('ID', encodeURIComponent(id)))).status,
        )
    const ofClaim = (id = ''): string => `/v1/audit?claimId=${encodeURIComponent(id)}`
    const foreign = await told('GET', ofClaim(claim?.claimId))
    expect(foreign).toEqual(await told('GET', ofClaim(claim?.claimId.replace(/.$/, '~'))))
    expect(foreign.text).not.toContain('claim.created')
    for (const query of [`/v1/claims?email=ada@${DOMAIN}`, `/v1/users?email=staff@${DOMAIN}`])
      expect(await told('GET', query)).toMatchObject({ status: 200, text: '{"items":[]}' })
  })

  it('a cursor of another organization, or of another list, is none', async () => {
    for (let n = 0; n < 3; n++) await world.user(`more-${n}`, { orgId: 'acme' })
    const page = z.looseObject({ nextCursor: z.string() })
    const { nextCursor } = page.parse(expectOk(await world.as('acme', 'GET', '/v1/users?limit=1')).body)
    const cursor = encodeURIComponent(nextCursor)
    for (const [org, path] of [
      ['rival', `/v1/users?limit=1&cursor=${cursor}`],
      ['acme', `/v1/claims?limit=1&cursor=${cursor}`],
    ] as const)
      expect(await world.as(org, 'GET', path)).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      })
  })
})
