import { describe, expect } from 'vitest'
import * as z from 'zod'
import type { ApiAnswer } from '../../infra/local/client.ts'
import { isScopeForm, type Role, scopeForms } from '../../infra/local/oidc/signing-key.ts'
import type { AnyOperation } from '../../shared/http/operation.ts'
import { adminOperations } from '../../shared/http/operations/admin.ts'
import { platformOperations } from '../../shared/http/operations/platform.ts'
import { publicOperations } from '../../shared/http/operations/public.ts'
import { DOMAIN, expectOk, problem, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

/** Whose token a call bears. */
type By = 'acme' | 'reader' | 'platform' | 'nobody'

interface Call {
  readonly by: By
  /** What the path's parameters stand for. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
}

const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        responses: z.record(
          z.string(),
          z.looseObject({ content: z.record(z.string(), z.unknown()).optional() }),
        ),
      }),
    ),
  ),
})

const operations: Readonly<Record<string, AnyOperation>> = {
  ...adminOperations,
  ...platformOperations,
  ...publicOperations,
}

/**
 * By operationId: one call that succeeds. They are made one after the other, each after what it needs, so that none
 * depends on another; who adds an operation adds a line.
 */
const calls: Readonly<Record<string, (world: World) => Call | Promise<Call>>> = {
  getOrganization: () => ({ by: 'acme' }),
  updateOrganization: () => ({ by: 'acme', body: { allowContentMigration: true, locale: 'nl' } }),
  listDomains: () => ({ by: 'acme', query: 'limit=1' }),
  addDomain: () => ({ by: 'acme', body: { domain: 'added.example' } }),
  removeDomain: async (world) => ({ by: 'acme', path: { domain: await verified(world, 'removed') } }),
  verifyDomain: async (world) => ({ by: 'acme', path: { domain: await verified(world, 'verified') } }),
  claimDomain: async (world) => ({ by: 'acme', path: { domain: await verified(world, 'claimed') } }),
  releaseDomain: async (world) => {
    const domain = await verified(world, 'released')
    await world.as('acme', 'POST', `/v1/domains/${domain}/claim`)
    return { by: 'acme', path: { domain } }
  },
  listClaimableUsers: async (world) => {
    await world.user('claimable')
    return { by: 'acme' }
  },
  createExport: () => ({ by: 'acme' }),
  createClaimsExport: () => ({ by: 'acme' }),
  getClaimsExport: async (world) => {
    const { body } = await world.as('acme', 'POST', '/v1/claims/exports')
    await world.service.settle()
    return { by: 'acme', path: { exportId: z.object({ exportId: z.string() }).parse(body).exportId } }
  },
  getSummary: () => ({ by: 'acme' }),
  getMe: () => ({ by: 'acme' }),
  getExport: async (world) => {
    const { body } = await world.as('acme', 'POST', '/v1/claimable-users/exports')
    await world.service.settle()
    return { by: 'acme', path: { exportId: z.object({ exportId: z.string() }).parse(body).exportId } }
  },
  createClaims: async (world) => ({ by: 'acme', body: await twoToClaim(world, 'create') }),
  previewClaims: async (world) => ({ by: 'acme', body: await twoToClaim(world, 'preview') }),
  listClaims: async (world) => {
    await claimed(world, 'listed')
    return { by: 'acme', query: 'status=open&type=delayed&revocable=true&limit=2' }
  },
  getClaim: async (world) => ({ by: 'acme', path: { claimId: (await claimed(world, 'got')).claimId } }),
  revokeClaim: async (world) => ({
    by: 'acme',
    path: { claimId: (await claimed(world, 'revoked')).claimId },
  }),
  notifyUser: async (world) => ({
    by: 'acme',
    path: { claimId: (await claimed(world, 'told-again')).claimId },
  }),
  createImport: () => ({ by: 'acme', body: { fileName: 'people.csv', sizeBytes: 1024 } }),
  listImports: () => ({ by: 'acme' }),
  getImport: async (world) => {
    await world.user('imported')
    const csv = 'User ID/Email (Required)\nimported@noordzee.example\nnobody@noordzee.example\n'
    const { importId } = await world.import('acme', 'people.csv', csv)
    return { by: 'acme', path: { importId } }
  },
  listImportRows: async (world) => {
    await world.user('listed')
    const { importId } = await world.import('acme', 'rows.csv', 'Email\nlisted@noordzee.example\nno one\n')
    return { by: 'acme', path: { importId }, query: 'result=refused' }
  },
  confirmImport: async (world) => ({
    by: 'acme',
    path: { importId: await previewedImport(world) },
    body: { acknowledgePermanent: true },
  }),
  cancelImport: async (world) => ({ by: 'acme', path: { importId: await previewedImport(world) } }),
  listUsers: async (world) => {
    await claimed(world, 'among-users')
    return { by: 'acme', query: 'status=delayed_claim&revocable=true&email=among' }
  },
  getUser: async (world) => ({ by: 'acme', path: { userId: (await claimed(world, 'seen')).newUserId } }),
  updateUser: async (world) => {
    const { newUserId } = await claimed(world, 'managed', { type: 'direct' })
    return {
      by: 'acme',
      path: { userId: newUserId },
      body: { displayName: 'M.', licenses: ['pro'], email: `managed.again@${DOMAIN}` },
    }
  },
  deleteUser: async (world) => {
    await world.user('let-go', { orgId: 'acme' })
    return { by: 'acme', path: { userId: 'let-go' } }
  },
  liftSuppression: () => ({ by: 'acme', path: { email: 'ada@noordzee.example' } }),
  listOutgoingClaims: () => ({ by: 'acme', query: 'limit=5' }),
  listAudit: async (world) => {
    const { claimId } = await claimed(world, 'audited')
    await world.service.settle()
    return { by: 'acme', query: `claimId=${encodeURIComponent(claimId)}&limit=5` }
  },
  putOrganization: () => ({
    by: 'platform',
    path: { orgId: 'put-org' },
    body: { name: 'Put', kind: 'enterprise', region: 'eu' },
  }),
  deleteOrganization: async (world) => {
    await world.org('deleted-org', 'enterprise', { name: 'Deleted' })
    return { by: 'platform', path: { orgId: 'deleted-org' }, body: { confirmName: 'Deleted' } }
  },
  restoreOrganization: async (world) => {
    await world.org('restored-org', 'enterprise', { name: 'Restored' })
    await world.platform('DELETE', '/organizations/restored-org', { confirmName: 'Restored' })
    return { by: 'platform', path: { orgId: 'restored-org' } }
  },
  putUser: () => ({
    by: 'platform',
    path: { userId: 'put' },
    body: { email: 'put@noordzee.example', firstName: 'P', lastName: 'U', orgId: 'personal' },
  }),
  listPlatformOrganizations: () => ({ by: 'platform', query: 'limit=2' }),
  getPlatformOrganization: () => ({ by: 'platform', path: { orgId: 'acme' } }),
  listPlatformImports: () => ({ by: 'platform' }),
  getPlatformImport: async (world) => {
    const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
    const row = 'loaded,loaded@noordzee.example,Lo,Aded,personal,active,false,en'
    await world.service.upload('accounts/loaded.csv', `${header}\n${row}\n`)
    await world.service.settle()
    const { body } = await world.platform('GET', '/imports')
    const [loaded] = z.object({ items: z.array(z.object({ importId: z.string() })) }).parse(body).items
    return { by: 'platform', path: { importId: loaded?.importId ?? '' } }
  },
  getPlatformUser: async (world) => {
    const { originalUserId } = await claimed(world, 'original')
    return { by: 'platform', path: { userId: originalUserId } }
  },
  putConversation: async (world) => {
    await world.user('talker')
    return {
      by: 'platform',
      path: { userId: 'talker', conversationId: 'talk' },
      body: { title: 'Talk', lastActivityAt: '2026-01-01T00:00:00Z', messages: 1, bytes: 1 },
    }
  },
  listConversations: async (world) => {
    await world.user('listener')
    await world.converse('listener', 'talk')
    return { by: 'platform', path: { userId: 'listener' } }
  },
  reportSignIn: async (world) => ({
    by: 'platform',
    body: { email: (await claimed(world, 'signed-in')).email },
  }),
  showDecision: async (world) => ({ by: 'nobody', path: { token: await mailedToken(world, 'shown') } }),
  probeDecision: async (world) => ({ by: 'nobody', path: { token: await mailedToken(world, 'probed') } }),
  makeDecision: async (world) => ({
    by: 'nobody',
    path: { token: await mailedToken(world, 'decided') },
    body: { decision: 'transfer_content' },
  }),
  showConfirmation: async (world) => ({
    by: 'nobody',
    path: { token: await confirmationToken(world, 'confirm-shown') },
  }),
  probeConfirmation: async (world) => ({
    by: 'nobody',
    path: { token: await confirmationToken(world, 'confirm-probed') },
  }),
  confirmEmail: async (world) => ({
    by: 'nobody',
    path: { token: await confirmationToken(world, 'confirmed') },
  }),
  getOpenApi: () => ({ by: 'nobody' }),
  getAsyncApi: () => ({ by: 'nobody' }),
  showDocs: () => ({ by: 'nobody' }),
  getDocsFile: () => ({ by: 'nobody', path: { file: 'swagger-ui.css' } }),
  listProblems: () => ({ by: 'nobody' }),
  explainProblem: () => ({ by: 'nobody', path: { code: 'claim_open' } }),
  createSync: () => ({ by: 'acme', body: { mode: 'dry_run', emails: ['new@noordzee.example'] } }),
  listSyncs: () => ({ by: 'acme', query: 'limit=5' }),
  getSync: async (world) => ({
    by: 'acme',
    path: { syncId: await synced(world, { mode: 'dry_run', emails: ['new@noordzee.example'] }) },
    query: 'limit=1&outcome=add',
  }),
  confirmSync: async (world) => {
    const rows = Array.from({ length: 60 }, (_, n) => `staff-${n},staff-${n}@noordzee.example,S,T,acme`)
    await world.service.upload(
      'accounts/staff.csv',
      `userId,email,firstName,lastName,orgId\n${rows.join('\n')}\n`,
    )
    await world.service.settle()
    const syncId = await synced(world, { mode: 'full', emails: ['new@noordzee.example'] })
    return { by: 'acme', path: { syncId } }
  },
}

async function synced(world: World, body: unknown): Promise<string> {
  const answer = await world.as('acme', 'POST', '/v1/directory/syncs', body)
  await world.service.settle()
  return z.object({ syncId: z.string() }).parse(answer.body).syncId
}

async function verified(world: World, name: string): Promise<string> {
  const domain = `${name}.example`
  await world.verify('acme', domain)
  return domain
}

async function claimed(world: World, userId: string, more: Record<string, unknown> = {}) {
  await world.user(userId)
  return world.claimed('acme', `${userId}@noordzee.example`, more)
}

/** One whose file has been looked at, and waits for a word. */
async function previewedImport(world: World): Promise<string> {
  const form = { fileName: 'people.csv', sizeBytes: 1024, preview: true }
  const { body } = expectOk(await world.as('acme', 'POST', '/v1/imports', form))
  const { importId } = z.looseObject({ importId: z.string() }).parse(body)
  await world.service.upload(`imports/acme/${importId}.csv`, 'Email\nnobody@noordzee.example\n')
  await world.service.settle()
  return importId
}

/** One that can be claimed, and one that can't. */
async function twoToClaim(world: World, userId: string) {
  await world.user(userId)
  const users = [{ userId }, { email: 'unknown@noordzee.example', firstName: 'Un' }]
  return { users, licenses: ['pro'], acknowledgePermanent: true }
}

async function mailedToken(world: World, userId: string): Promise<string> {
  const { email } = await claimed(world, userId)
  await world.service.settle()
  const token = /\/decisions\/([\w-]+)/.exec((await world.service.messages(email))[0]?.text ?? '')?.[1]
  if (token === undefined) throw new Error('no link was mailed')
  return token
}

/** U2: of the link in the mail to a new address. */
async function confirmationToken(world: World, userId: string): Promise<string> {
  const newEmail = `${userId}@home.example`
  const token = await mailedToken(world, userId)
  await world.service.api('POST', `/decisions/${token}`, { body: { decision: 'change_email', newEmail } })
  const path = await world.confirmationPath(newEmail)
  return path.slice(path.lastIndexOf('/') + 1)
}

describe('every operation of the OpenAPI document, over HTTP', () => {
  let world: World
  let described: Map<string, { method: string; path: string; operation: Described }>
  it.beforeAll(async ({ service }) => {
    world = service
    const { paths } = documentSchema.parse((await world.service.api('GET', '/openapi.json')).body)
    described = new Map(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [
          operation.operationId,
          { method: method.toUpperCase(), path, operation },
        ]),
      ),
    )
  })

  type Described = z.output<typeof documentSchema>['paths'][string][string]

  const find = (operationId: string) => {
    const found = described.get(operationId)
    if (found === undefined) throw new Error(`${operationId} is not in the document`)
    return found
  }

  const tokenOf: Record<By, () => Promise<string | undefined>> = {
    acme: () => world.admin('acme'),
    reader: () => world.service.token({ org: 'acme', role: 'reader' }),
    platform: () => world.service.token({ role: 'platform' }),
    nobody: async () => undefined,
  }

  async function send(operationId: string, { by, path = {}, query, body }: Call): Promise<ApiAnswer> {
    const { method, path: template } = find(operationId)
    const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(path[name] ?? `no-${name}`),
    )
    const token = await tokenOf[by]()
    return world.service.api(method, query === undefined ? filled : `${filled}?${query}`, {
      body,
      headers: { accept: 'application/json' },
      ...(token !== undefined && { token }),
    })
  }

  it('there is a call of each of them below, and of no other', () => {
    expect(Object.keys(calls).sort()).toEqual([...described.keys()].sort())
  })

  it.each(Object.keys(calls))(
    'answers what the document says, and nothing besides: %s',
    async (operationId) => {
      const make = calls[operationId]
      if (make === undefined) throw new Error('a name of the table')
      const answer = await send(operationId, await make(world))
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)

      const response = find(operationId).operation.responses[String(answer.status)]
      expect(response, `${operationId} answers ${answer.status}`).toBeDefined()
      const schema = operations[operationId]?.responses[answer.status]
      expect(schema, `${operationId} answers ${answer.status}`).toBeDefined()
      if (schema === null || schema === undefined) {
        expect([answer.body, response?.content]).toEqual([undefined, undefined])
        return
      }
      const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
      expect(Object.keys(response?.content ?? {})).toContain(type)
      // What the schema doesn't know is dropped by the parse, and would be missing here.
      expect(schema.parse(answer.body)).toEqual(answer.body)
    },
  )

  it.each(Object.keys(operations))(
    'takes a token with the scope that it names, and no other: %s',
    async (id) => {
      const { security } = find(id).operation
      const scopes = security.flatMap(({ bearer = [] }) => bearer)
      if (scopes.length === 0) return
      expect(problem(await send(id, { by: 'nobody' }))).toMatchObject({ status: 401, code: 'unauthorized' })
      const byPlatform = scopes.includes('platform')
      // What an admin and the platform may do alike is for no reader.
      const by = byPlatform && scopes.length > 1 ? 'reader' : byPlatform ? 'acme' : 'platform'
      expect(problem(await send(id, { by }))).toMatchObject({ status: 403, code: 'forbidden' })
    },
  )

  it.each(Object.keys(scopeForms).filter(isScopeForm))(
    'fault 3: a token whose issuer writes its scopes as %s is worth what it says, and no more',
    async (scopesAs) => {
      const status = async (request: { org?: string; role: Role }, method: string, path: string) => {
        const token = await world.service.token({ ...request, scopesAs })
        return (await world.service.api(method, path, { token })).status
      }
      expect([
        await status({ org: 'acme', role: 'admin' }, 'GET', '/v1/claims'),
        await status({ org: 'acme', role: 'admin' }, 'POST', '/v1/claims'),
        await status({ org: 'acme', role: 'reader' }, 'GET', '/v1/domains'),
        await status({ org: 'acme', role: 'reader' }, 'POST', '/v1/claims'),
        await status({ role: 'platform' }, 'GET', '/v1/platform/users/nobody'),
        await status({ org: 'acme', role: 'admin' }, 'GET', '/v1/platform/users/nobody'),
      ]).toEqual([200, 400, 200, 403, 404, 403])
    },
  )
})
