import { createApi, type HttpHandler } from '../../shared/http/api.ts'
import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { platformRoutes } from '../../shared/http/routes.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewOrganization } from '../../shared/http/views.ts'
import type { Organization } from '../../shared/rules/types.ts'
import {
  requestOrganizationDeletion,
  putOrganization,
  cancelOrganizationDeletion,
} from '../../shared/usecases/organizations/organizations.ts'
import { reportSignIn } from '../../shared/usecases/claims/sign-in.ts'
import { conversationHandlers } from './conversations.ts'
import type { PlatformApiDeps } from './deps.ts'
import { readingHandlers } from './reading.ts'
import { userHandlers } from './users.ts'

/** Called by API Gateway, once per request, with a verified token. `createApi` says what a repeat does. */
export function createHandler(deps: PlatformApiDeps): HttpHandler {
  const view = async (org: Organization) =>
    viewOrganization(org, await deps.suppressions.among(org.adminEmails))
  const handlers = {
    putOrganization: serve(
      operations.putOrganization,
      async ({ caller, path: { orgId }, body, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await putOrganization(deps, { orgId, ...body }, changedBy)
        if (outcome.outcome === 'refused') return refuse(outcome.code)
        return answer(outcome.created ? 201 : 200, await view(outcome.org), outcome.revision)
      },
    ),

    deleteOrganization: serve(
      operations.deleteOrganization,
      async ({ caller, path: { orgId }, body, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await requestOrganizationDeletion(deps, orgId, body.confirmName, changedBy)
        if (outcome.outcome === 'refused') return refuse(outcome.code)
        return answer(202, { orgId, removedAt: outcome.deletion.at })
      },
    ),

    restoreOrganization: serve(
      operations.restoreOrganization,
      async ({ caller, path: { orgId }, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await cancelOrganizationDeletion(deps, orgId, changedBy)
        return outcome.outcome === 'refused'
          ? refuse(outcome.code)
          : answer(200, await view(outcome.org), outcome.revision)
      },
    ),

    ...readingHandlers(deps),
    ...userHandlers(deps),
    ...conversationHandlers(deps),

    reportSignIn: serve(operations.reportSignIn, async ({ body, now }) => {
      const outcome = await reportSignIn(deps, body.email, now)
      if (outcome.outcome === 'refused') return refuse(outcome.code)
      const { outcome: _result, ...signIn } = outcome
      return answer(200, signIn)
    }),
  }
  return createApi(platformRoutes, handlers, deps)
}
