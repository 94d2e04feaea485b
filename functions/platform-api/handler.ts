import { createApi, type HttpHandler } from '../../shared/http/api.ts'
import { platformRoutes } from '../../shared/http/routes.ts'
import { conversationHandlers } from './conversations.ts'
import type { PlatformApiDeps } from './deps.ts'
import { importHandlers } from './imports.ts'
import { organizationHandlers } from './organizations.ts'
import { signInHandlers } from './sign-ins.ts'
import { userHandlers } from './users.ts'

/** Called by API Gateway, once per request, with a verified token. `createApi` says what a repeat does. */
export function createHandler(deps: PlatformApiDeps): HttpHandler {
  const handlers = {
    ...organizationHandlers(deps),
    ...importHandlers(deps),
    ...userHandlers(deps),
    ...conversationHandlers(deps),
    ...signInHandlers(deps),
  }
  return createApi(platformRoutes, handlers, deps)
}
