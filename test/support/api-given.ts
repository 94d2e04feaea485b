import type * as z from 'zod'
import { type claim, claimResults } from '../../shared/http/schemas/claim.ts'
import { signInAnswer } from '../../shared/http/schemas/decision.ts'
import { domain } from '../../shared/http/schemas/domain.ts'
import type { TestApi, TestResponse } from './api.ts'

export type ClaimAnswer = z.output<typeof claim>

function expectOk(response: TestResponse): TestResponse {
  if (response.status >= 300) throw new Error(`${response.status} ${response.text}`)
  return response
}

/** Calls that bring a test to its starting point over the API. Each throws if it is refused. */
export function givenVia(api: TestApi) {
  const given = {
    async org(orgId: string, patch: Record<string, unknown> = {}): Promise<void> {
      const body = { name: orgId, kind: 'enterprise', region: 'eu', ...patch }
      expectOk(await api.platform.put(`/v1/platform/organizations/${orgId}`, body))
    },

    async user(userId: string, patch: Record<string, unknown>): Promise<void> {
      expectOk(await api.platform.put(`/v1/platform/users/${userId}`, { orgId: 'personal', ...patch }))
    },

    async conversation(userId: string, conversationId: string, lastActivityAt: string): Promise<void> {
      const url = `/v1/platform/users/${userId}/conversations/${conversationId}`
      expectOk(await api.platform.put(url, { title: conversationId, lastActivityAt, messages: 1, bytes: 10 }))
    },

    /** Verifies a domain by its TXT record, as an admin does. */
    async verifiedDomain(orgId: string, name: string): Promise<void> {
      const added = domain.parse(expectOk(await api.admin(orgId).post('/v1/domains', { domain: name })).body)
      const before = api.txtRecords.get(added.domain) ?? []
      api.txtRecords.set(added.domain, [...before, added.txtRecord.value])
      expectOk(await api.admin(orgId).post(`/v1/domains/${name}/verify`))
    },

    async claimedDomain(orgId: string, name: string): Promise<void> {
      await given.verifiedDomain(orgId, name)
      expectOk(await api.admin(orgId).post(`/v1/domains/${name}/claim`))
    },

    /** A consumer org `personal`, and an enterprise with a verified domain, in the same region. */
    async company(orgId: string, name: string, patch: Record<string, unknown> = {}): Promise<void> {
      await given.org('personal', { kind: 'consumer' })
      await given.org(orgId, patch)
      await given.verifiedDomain(orgId, name)
    },

    async claim(orgId: string, email: string, more: Record<string, unknown> = {}): Promise<ClaimAnswer> {
      const body = { users: [{ email }], acknowledgePermanent: true, ...more }
      const response = expectOk(await api.admin(orgId).post('/v1/claims', body))
      const made = claimResults.parse(response.body).results[0]?.claim
      if (made === undefined) throw new Error(response.text)
      return made
    },

    /** The token of the link that the user gets on signing in. */
    async decisionLink(email: string): Promise<string> {
      const { body } = expectOk(await api.platform.post('/v1/platform/sign-ins', { email }))
      const { decisionUrl } = signInAnswer.parse(body)
      if (decisionUrl === undefined) throw new Error('nothing to decide')
      return new URL(decisionUrl).pathname
    },
  }
  return given
}
