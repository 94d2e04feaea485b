import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import * as z from 'zod'
import { type ClaimView, DOMAIN, expectOk, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const importView = z.looseObject({ importId: z.string(), fileName: z.string(), status: z.string() })

/** So deep that a parser or a schema that recurses may run out of stack. */
const DEPTH = 100_000
const deep = (open: string, close: string): string => `${open.repeat(DEPTH)}1${close.repeat(DEPTH)}`

describe('hostile input', () => {
  let world: World
  it.beforeAll(async ({ service }) => {
    world = service
    await world.org('rival', 'enterprise')
    await world.verify('rival', 'rival.example')
  })

  const raw = async (org: string, method: string, path: string, body: string) =>
    world.service.api(method, path, {
      body,
      token: await world.admin(org),
      headers: { 'content-type': 'application/json' },
    })

  describe('JSON', () => {
    it.each([
      ['the prototype by its name', '{"__proto__":{"allowContentMigration":true}}', 400],
      ['a constructor', '{"constructor":{"prototype":{"locale":"nl"}}}', 400],
      ['a name that every object has', '{"toString":"x"}', 400],
      ['depth, as arrays', `{"licenseTemplate":${deep('[', ']')}}`, 400],
      ['depth, as objects', `{"contact":${deep('{"a":', '}')}}`, 400],
      ['an endless number', '{"retentionDays":1e400}', 400],
      ['a number that is none in JSON', '{"retentionDays":NaN}', 400],
      ['a number beyond what is exact', '{"retentionDays":9007199254740993}', 400],
      ['a NUL', '{"contact":"a\\u0000@acme.example"}', 400],
      ['half a character', '{"contact":"https://acme.example/\\ud800"}', 400],
      ['text behind its end', '{"retentionDays":30} {"retentionDays":31}', 400],
      ['an array in place of an object', '[]', 400],
      ['nothing at all', 'null', 400],
      ['a body that is too long', `{"contact":"${'x'.repeat(1_100_000)}"}`, 413],
    ])('%s is refused by what is wrong with it, and changes nothing', async (_, body, status) => {
      const before = expectOk(await world.as('acme', 'GET', '/v1/organization')).body
      const answer = await raw('acme', 'PATCH', '/v1/organization', body)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(expectOk(await world.as('acme', 'GET', '/v1/organization')).body).toEqual(before)
      expect(Reflect.get({}, 'allowContentMigration')).toBeUndefined()
    })

    it('of a name that stands twice the last one counts, in what is checked as in what is done', async () => {
      const path = '/v1/claims/preview'
      const twice = `{"users":[{"email":"x@${DOMAIN}"}],"users":[{"userId":"nobody"}]}`
      const { body } = expectOk(await raw('acme', 'POST', path, twice))
      expect(body).toMatchObject({ results: [{ userId: 'nobody' }] })
      // The last one is what is judged: a good one before a bad one helps nobody.
      const bad = `{"users":[{"email":"x@${DOMAIN}"}],"users":[{"nobody":true}]}`
      expect((await raw('acme', 'POST', path, bad)).status).toBe(400)
    })
  })

  describe('keys of objects', () => {
    const listed = async (org: string) => world.list(importView, org, '/v1/imports')

    it.each([
      'imports/acme/..%2Frival%2Fencoded.csv',
      'imports/acme//double.csv',
      'imports/acme/imports/rival/inner.csv',
      'imports/acme/reports/rival/report.csv',
      'imports/acme/ \u202evsc.csv',
      'imports/acme/=cmd|calc.csv',
    ])('%s is an import of the organization that the key begins with, and of no other', async (key) => {
      const idsOf = async (org: string) => (await listed(org)).map(({ importId }) => importId)
      const before = await idsOf('rival')
      const known = new Set(await idsOf('acme'))
      const path = key.split('/').map(encodeURIComponent).join('/')
      const { s3, bucket } = world.service.endpoints
      const response = await fetch(`${s3}/${bucket}/${path}`, {
        method: 'PUT',
        body: `Email\nnobody@${DOMAIN}\n`,
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request' },
      })
      await response.body?.cancel()
      await world.service.settle()
      expect(await idsOf('rival')).toEqual(before)
      const made = (await listed('acme')).filter(({ importId }) => !known.has(importId))
      // A key that S3 itself won't have, or resolves to another, is nobody's import.
      expect(made.length).toBeLessThanOrEqual(1)
      for (const { status } of made) expect(status).toBe('completed')
    })

    it.each([
      'imports//x.csv',
      'imports/~platform/x.csv',
      'imports/~misplaced/x.csv',
      'imports/nobody/x.csv',
    ])('%s claims nobody, for nobody', async (key) => {
      await world.user('ada')
      const before = (await world.list(z.looseObject({ claimId: z.string() }), 'acme', '/v1/claims')).length
      await world.service.upload(key, `Email\nada@${DOMAIN}\n`).catch(() => undefined)
      await world.service.settle()
      const after = await world.list(z.looseObject({ claimId: z.string() }), 'acme', '/v1/claims')
      expect(after).toHaveLength(before)
    })
  })

  describe('decision links', () => {
    async function linked(userId: string): Promise<{ claim: ClaimView; token: string }> {
      await world.user(userId)
      const claim = await world.claimed('acme', `${userId}@${DOMAIN}`)
      await world.service.settle()
      const mails = await world.service.messages(`${userId}@${DOMAIN}`)
      const token = /\/decisions\/([\w-]+)/.exec(mails.at(-1)?.text ?? '')?.[1]
      if (token === undefined) throw new Error('no link was mailed')
      return { claim, token }
    }
    const open = (token: string) =>
      world.service.api('GET', `/decisions/${token}`, { headers: { accept: 'application/json' } })
    const decide = (token: string, body: unknown = { decision: 'delete_original' }) =>
      world.service.api('POST', `/decisions/${token}`, { body })

    it('U6: can’t be guessed: one that differs anywhere, or names another claim, opens nothing, and all alike', async () => {
      const [one, other] = [await linked('guess-1'), await linked('guess-2')]
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const changed = Array.from({ length: 40 }, (_, n) => {
        const at = Math.floor((n * one.token.length) / 40)
        const next = alphabet[(alphabet.indexOf(one.token[at] ?? 'A') + 7) % alphabet.length]
        return `${one.token.slice(0, at)}${next}${one.token.slice(at + 1)}`
      })
      const text = Buffer.from(one.token, 'base64url')
      const theirs = Buffer.from(other.token, 'base64url')
      // Its own secret with the other's claim.
      const crossed = Buffer.concat([text.subarray(0, 16), theirs.subarray(16)]).toString('base64url')
      const tries = [...changed, crossed, randomBytes(32).toString('base64url'), 'x', '..', '%00', '~']
      const seen = new Set<string>()
      for (const token of tries.filter((each) => each !== one.token && each !== other.token)) {
        const { status, body } = await open(encodeURIComponent(token))
        expect({ token, status }).toEqual({ token, status: 404 })
        seen.add(JSON.stringify(body).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>'))
        expect((await decide(encodeURIComponent(token))).status).toBe(404)
      }
      expect(seen.size).toBe(1)
      expect(await world.claimById('acme', one.claim.claimId)).toMatchObject({ status: 'open' })
    })

    it('U5, U6: used again it changes nothing, and one of an earlier claim decides nothing of a later one', async () => {
      const { claim, token } = await linked('replay')
      const id = encodeURIComponent(claim.claimId)
      expectOk(await world.as('acme', 'POST', `/v1/claims/${id}/revoke`))
      const again = await linked('replay')
      expect(again.token).not.toBe(token)
      expect((await open(token)).status).toBe(404)
      expect((await decide(token)).status).toBe(404)
      expect(await world.claimById('acme', again.claim.claimId)).toMatchObject({ status: 'open' })
      expectOk(await decide(again.token, { decision: 'transfer_content' }))
      expect((await decide(again.token)).status).toBe(409)
    })

    it('U6: is shown in no frame, sent to nobody as a referrer, kept by no cache, and sets nothing that would follow', async () => {
      const { token } = await linked('framed')
      const page = await world.service.api('GET', `/decisions/${token}`, { headers: { accept: 'text/html' } })
      const { headers } = page
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('set-cookie')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    })

    it('U6: another site’s form decides nothing that its reader did not see, since it has no link to send it to', async () => {
      const { claim } = await linked('csrf')
      for (const path of ['/decisions/', '/decisions', `/decisions/${encodeURIComponent(claim.claimId)}`]) {
        const { status } = await world.service.api('POST', path, {
          body: 'decision=delete_original&confirm=yes',
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
        })
        expect([404, 405]).toContain(status)
      }
      expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'open' })
    })
  })
})
