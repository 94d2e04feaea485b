import { createApi, type HttpHandler } from '../../shared/http/api.ts'
import { adminRoutes } from '../../shared/http/routes.ts'
import { auditHandlers } from './audit.ts'
import { claimableUserHandlers } from './claimable-users.ts'
import { claimHandlers } from './claims.ts'
import type { AdminApiDeps } from './deps.ts'
import { directoryHandlers } from './directory.ts'
import { domainHandlers } from './domains.ts'
import { exportHandlers } from './exports.ts'
import { importHandlers } from './imports.ts'
import { organizationHandlers } from './organization.ts'
import { outgoingClaimHandlers } from './outgoing-claims.ts'
import { summaryHandlers } from './summary.ts'
import { suppressionHandlers } from './suppressions.ts'
import { userHandlers } from './users.ts'

/** Called by API Gateway, once per request, with a verified token. `createApi` says what a repeat does. */
export function createHandler(deps: AdminApiDeps): HttpHandler {
  const handlers = {
    ...organizationHandlers(deps),
    ...summaryHandlers(deps),
    ...domainHandlers(deps),
    ...claimableUserHandlers(deps),
    ...claimHandlers(deps),
    ...exportHandlers(deps),
    ...importHandlers(deps),
    ...userHandlers(deps),
    ...suppressionHandlers(deps),
    ...outgoingClaimHandlers(deps),
    ...auditHandlers(deps),
    ...directoryHandlers(deps),
  }
  return createApi(adminRoutes, handlers, deps)
}
