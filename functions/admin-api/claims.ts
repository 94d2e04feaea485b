import * as z from 'zod'
import { correlationOfRequest } from '../../shared/http/correlation.ts'
import { listPage } from '../../shared/http/list-page.ts'
import { type ApiRequest, answer } from '../../shared/http/operation.ts'
import { claimOperations as operations } from '../../shared/http/operations/admin/claims.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import type { claimRequest } from '../../shared/http/schemas/claim.ts'
import { serve } from '../../shared/http/serve.ts'
import { requestedUser, viewOutcome, viewPreview } from '../../shared/http/views.ts'
import { originOfUser } from '../../shared/rules/claims/idempotency-origin.ts'
import type { Organization } from '../../shared/rules/types.ts'
import {
  type ClaimingRequest,
  type ClaimTarget,
  claimAccounts,
  previewClaims,
} from '../../shared/usecases/claims/claim-users.ts'
import { countClaims } from '../../shared/usecases/claims/claim-metrics.ts'
import { listClaims } from '../../shared/usecases/lists/filtered-lists.ts'
import { resendClaimMail } from '../../shared/usecases/mail/resend-claim-mail.ts'
import { nameClaim, nameClaims, nameClaimsOf } from '../../shared/usecases/lists/organization-names.ts'
import { readClaim } from '../../shared/usecases/lists/views.ts'
import { type ClaimCommand, revoke } from '../../shared/usecases/claims/revoke.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<
  AdminApiDeps,
  'accounts' | 'claims' | 'domains' | 'metrics' | 'organizations' | 'ulid' | 'migrationCutoff'
>
type ClaimsRequest = ApiRequest<unknown, unknown, z.output<typeof claimRequest>>

/** The claim that the page starts after, and the exact matches that an earlier page has listed already. */
const position = z.object({ at: z.string().min(1).optional(), listed: z.array(z.string()).optional() })

function targetsOf(request: ClaimsRequest): ClaimTarget[] {
  const { users, type, licenses } = request.body
  // The Idempotency-Key's record expires after a day, and is missing if a function died in between; the claims
  // themselves remember (C6).
  const correlationId = correlationOfRequest(request.requestId, request.idempotencyKey)
  return users.map(({ userId, email = '', firstName, lastName }, n) => ({
    ref: userId === undefined ? { email } : { userId },
    firstName,
    lastName,
    type,
    licenses,
    origin: originOfUser(correlationId, n),
  }))
}

const commandOf = ({
  caller,
  path: { claimId },
  now,
  versions,
}: ApiRequest<{ claimId: string }, unknown, unknown>): ClaimCommand => ({
  orgId: caller.orgId,
  claimId,
  now,
  by: `admin:${caller.sub}`,
  versions,
})

export function claimHandlers(deps: Deps) {
  const { organizations, metrics, migrationCutoff } = deps

  const requestOf = (claimingOrg: Organization, { caller, body, now }: ClaimsRequest): ClaimingRequest => ({
    claimingOrg,
    by: `admin:${caller.sub}`,
    now,
    fromCsv: false,
    noInvitation: body.sendInvitations === false,
    migrationCutoff,
  })

  return {
    createClaims: serve(operations.createClaims, async (request) => {
      if (request.body.acknowledgePermanent !== true) return refuse('acknowledgement_required')
      const claiming = await organizations.get(request.caller.orgId)
      if (claiming === undefined) return refuse('organization_not_found')
      const outcomes = await claimAccounts(deps, requestOf(claiming.org, request), targetsOf(request))
      countClaims(metrics, 'request', outcomes)
      const results = outcomes.map((outcome, n) => ({
        ...requestedUser(request.body.users[n]),
        ...viewOutcome(outcome, request.now),
      }))
      const sourceOrgs = outcomes.flatMap((each) =>
        each.outcome === 'refused' ? [] : (each.sourceOrg ?? []),
      )
      return answer(200, { results: await nameClaimsOf(deps, results, [claiming.org, ...sourceOrgs]) })
    }),

    previewClaims: serve(operations.previewClaims, async (request) => {
      const claiming = await organizations.get(request.caller.orgId)
      if (claiming === undefined) return refuse('organization_not_found')
      const outcomes = await previewClaims(deps, requestOf(claiming.org, request), targetsOf(request))
      const results = outcomes.map((outcome, n) => ({
        ...requestedUser(request.body.users[n]),
        ...viewPreview(outcome),
      }))
      return answer(200, { results })
    }),

    listClaims: serve(operations.listClaims, async ({ caller: { orgId }, query, now }) => {
      const { limit, cursor, ...filter } = query
      const { endsBefore, revocable, ...texts } = filter
      const filters = { ...texts, revocable: revocable?.toString(), endsBefore }
      const binding = { orgId, operation: 'listClaims', filters }
      const page = await listPage({ binding, cursor, position }, (from) =>
        listClaims(deps, { orgId, filter, limit, from, now }),
      )
      return answer(200, { ...page, items: await nameClaims(deps, page.items) })
    }),

    getClaim: serve(operations.getClaim, async ({ caller, path, now }) => {
      const claim = await readClaim(deps, caller.orgId, path.claimId, now)
      return claim === undefined ? refuse('not_found') : answer(200, await nameClaim(deps, claim))
    }),

    revokeClaim: serve(operations.revokeClaim, async (request) => {
      const outcome = await revoke(deps, commandOf(request))
      return outcome.outcome === 'refused'
        ? refuse(outcome.code)
        : answer(200, await nameClaim(deps, outcome.claim))
    }),

    notifyUser: serve(operations.notifyUser, async (request) => {
      const outcome = await resendClaimMail(deps, commandOf(request))
      if (outcome.outcome === 'noted') return answer(200, await nameClaim(deps, outcome.claim))
      if (outcome.code !== 'notified_recently') return refuse(outcome.code)
      return { ...refuse(outcome.code), retryAfterSeconds: outcome.retryAfterSeconds }
    }),
  }
}
