/**
 * Every route, as data: the CDK app creates them, the functions' routers serve them and `/openapi.json` documents
 * them, so that none can have a route that another lacks. The console's routes come last: they are served, but aren't
 * part of the API.
 */
export type Scope = 'claims:read' | 'claims:write' | 'org:read' | 'org:write' | 'platform'
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type ApiFunction = 'admin-api' | 'platform-api' | 'decisions' | 'openapi'

/** A function that answers requests. */
export type HttpFunction = ApiFunction | 'console'

export interface WiredRoute extends Omit<Route, 'fn'> {
  readonly fn: HttpFunction
}

export interface Route {
  /** OpenAPI's operationId, and the name of the handler. */
  readonly operation: string
  readonly method: Method
  /** In the syntax that API Gateway and OpenAPI share: `/v1/claims/{claimId}`. */
  readonly path: string
  /** `null`: public, no token. */
  readonly scope: Scope | null
  /** A token with this scope is accepted as well. */
  readonly orScope?: Scope
  readonly fn: ApiFunction
}

const admin = <const O extends string>(operation: O, method: Method, path: string, scope: Scope) => ({
  operation,
  method,
  path,
  scope,
  fn: 'admin-api' as const,
})

const platform = <const O extends string>(operation: O, method: Method, path: string) => ({
  operation,
  method,
  path: `/v1/platform${path}`,
  scope: 'platform' as const,
  fn: 'platform-api' as const,
})

const confirmation = <const O extends string>(operation: O, method: Method) => ({
  operation,
  method,
  path: '/decisions/confirmations/{token}' as const,
  scope: null,
  fn: 'decisions' as const,
})

export const adminRoutes = [
  admin('getOrganization', 'GET', '/v1/organization', 'org:read'),
  admin('updateOrganization', 'PATCH', '/v1/organization', 'org:write'),
  admin('getSummary', 'GET', '/v1/summary', 'claims:read'),
  admin('getMe', 'GET', '/v1/me', 'org:read'),
  admin('listDomains', 'GET', '/v1/domains', 'org:read'),
  admin('addDomain', 'POST', '/v1/domains', 'org:write'),
  admin('removeDomain', 'DELETE', '/v1/domains/{domain}', 'org:write'),
  admin('verifyDomain', 'POST', '/v1/domains/{domain}/verify', 'org:write'),
  admin('claimDomain', 'POST', '/v1/domains/{domain}/claim', 'org:write'),
  admin('releaseDomain', 'POST', '/v1/domains/{domain}/release', 'org:write'),
  admin('listClaimableUsers', 'GET', '/v1/claimable-users', 'claims:read'),
  admin('createExport', 'POST', '/v1/claimable-users/exports', 'claims:write'),
  admin('getExport', 'GET', '/v1/claimable-users/exports/{exportId}', 'claims:read'),
  admin('createClaims', 'POST', '/v1/claims', 'claims:write'),
  admin('previewClaims', 'POST', '/v1/claims/preview', 'claims:read'),
  admin('listClaims', 'GET', '/v1/claims', 'claims:read'),
  admin('createClaimsExport', 'POST', '/v1/claims/exports', 'claims:write'),
  admin('getClaimsExport', 'GET', '/v1/claims/exports/{exportId}', 'claims:read'),
  admin('getClaim', 'GET', '/v1/claims/{claimId}', 'claims:read'),
  admin('revokeClaim', 'POST', '/v1/claims/{claimId}/revoke', 'claims:write'),
  admin('notifyUser', 'POST', '/v1/claims/{claimId}/notify', 'claims:write'),
  admin('createImport', 'POST', '/v1/imports', 'claims:write'),
  admin('listImports', 'GET', '/v1/imports', 'claims:read'),
  admin('getImport', 'GET', '/v1/imports/{importId}', 'claims:read'),
  admin('listImportRows', 'GET', '/v1/imports/{importId}/rows', 'claims:read'),
  admin('confirmImport', 'POST', '/v1/imports/{importId}/confirm', 'claims:write'),
  admin('cancelImport', 'POST', '/v1/imports/{importId}/cancel', 'claims:write'),
  admin('listUsers', 'GET', '/v1/users', 'claims:read'),
  admin('getUser', 'GET', '/v1/users/{userId}', 'claims:read'),
  admin('updateUser', 'PATCH', '/v1/users/{userId}', 'claims:write'),
  admin('deleteUser', 'DELETE', '/v1/users/{userId}', 'claims:write'),
  {
    ...admin('liftSuppression', 'DELETE', '/v1/suppressions/{email}', 'org:write'),
    orScope: 'platform' as const,
  },
  admin('listOutgoingClaims', 'GET', '/v1/outgoing-claims', 'claims:read'),
  admin('listAudit', 'GET', '/v1/audit', 'org:read'),
  admin('createSync', 'POST', '/v1/directory/syncs', 'org:write'),
  admin('listSyncs', 'GET', '/v1/directory/syncs', 'org:read'),
  admin('getSync', 'GET', '/v1/directory/syncs/{syncId}', 'org:read'),
  admin('confirmSync', 'POST', '/v1/directory/syncs/{syncId}/confirm', 'org:write'),
] as const satisfies readonly Route[]

export const platformRoutes = [
  platform('listPlatformOrganizations', 'GET', '/organizations'),
  platform('getPlatformOrganization', 'GET', '/organizations/{orgId}'),
  platform('putOrganization', 'PUT', '/organizations/{orgId}'),
  platform('deleteOrganization', 'DELETE', '/organizations/{orgId}'),
  platform('restoreOrganization', 'POST', '/organizations/{orgId}/restore'),
  platform('listPlatformImports', 'GET', '/imports'),
  platform('getPlatformImport', 'GET', '/imports/{importId}'),
  platform('putUser', 'PUT', '/users/{userId}'),
  platform('getPlatformUser', 'GET', '/users/{userId}'),
  platform('putConversation', 'PUT', '/users/{userId}/conversations/{conversationId}'),
  platform('listConversations', 'GET', '/users/{userId}/conversations'),
  platform('reportSignIn', 'POST', '/sign-ins'),
] as const satisfies readonly Route[]

export const decisionRoutes = [
  { operation: 'showDecision', method: 'GET', path: '/decisions/{token}', scope: null, fn: 'decisions' },
  { operation: 'probeDecision', method: 'HEAD', path: '/decisions/{token}', scope: null, fn: 'decisions' },
  { operation: 'makeDecision', method: 'POST', path: '/decisions/{token}', scope: null, fn: 'decisions' },
  confirmation('showConfirmation', 'GET'),
  confirmation('probeConfirmation', 'HEAD'),
  confirmation('confirmEmail', 'POST'),
] as const satisfies readonly Route[]

const document = <const O extends string>(operation: O, path: string) => ({
  operation,
  method: 'GET' as const,
  path,
  scope: null,
  fn: 'openapi' as const,
})

/** The documents that describe the service. */
export const documentRoutes = [
  document('getOpenApi', '/openapi.json'),
  document('getAsyncApi', '/asyncapi.json'),
  document('showDocs', '/docs'),
  document('getDocsFile', '/docs/{file}'),
  document('listProblems', '/problems'),
  document('explainProblem', '/problems/{code}'),
] as const satisfies readonly Route[]

export const publicRoutes = [...decisionRoutes, ...documentRoutes] as const

export const routes: readonly Route[] = [...adminRoutes, ...platformRoutes, ...publicRoutes]

/**
 * The console's pages and files. They aren't part of the API and not in its description. API Gateway's greedy
 * parameter (`{proxy+}`) takes the rest of the path.
 */
const consoleRoute = <const O extends string>(operation: O, method: 'GET' | 'HEAD', path: string) => ({
  operation,
  method,
  path,
  scope: null,
  fn: 'console' as const,
})

export const consoleRoutes = [
  consoleRoute('showConsole', 'GET', '/console'),
  consoleRoute('probeConsole', 'HEAD', '/console'),
  consoleRoute('showConsoleAt', 'GET', '/console/{proxy+}'),
  consoleRoute('probeConsoleAt', 'HEAD', '/console/{proxy+}'),
] as const satisfies readonly WiredRoute[]

/** All routes of API Gateway: the API's and the console's. */
export const wiredRoutes: readonly WiredRoute[] = [...routes, ...consoleRoutes]

export type AdminOperation = (typeof adminRoutes)[number]['operation']
export type PlatformOperation = (typeof platformRoutes)[number]['operation']
export type DecisionOperation = (typeof decisionRoutes)[number]['operation']
export type DocumentOperation = (typeof documentRoutes)[number]['operation']
export type PublicOperation = (typeof publicRoutes)[number]['operation']

/** The scopes of which a token needs at least one. */
export const scopesOf = ({ scope, orScope }: Pick<Route, 'scope' | 'orScope'>): readonly Scope[] =>
  scope === null ? [] : orScope === undefined ? [scope] : [scope, orScope]
