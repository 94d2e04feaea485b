import { type HttpHandler, httpHandler } from '../../shared/http/api.ts'
import {
  encodingFor,
  hasAlready,
  type RequestHeaders,
  serveDocument,
} from '../../shared/http/documents/serve-document.ts'
import { type HttpEvent, requestIdOf } from '../../shared/http/http.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { type HttpResponse, problemResponse } from '../../shared/http/responses.ts'
import type { Log } from '../../shared/lib/log.ts'

/** Settings of the browser app. All of them are public: anybody who requests the page gets them. */
export interface ConsoleSettings {
  /** The OIDC issuer; discovery is below this address. */
  readonly issuer: string
  /** The console's public client at the issuer; empty if the issuer has none. */
  readonly clientId: string
  /** The scopes requested at sign-in. */
  readonly scope: string
  readonly productName: string
  readonly supportUrl: string | undefined
}

export interface ConsoleFiles {
  /** The text of index.html, containing {@link SETTINGS_PLACEHOLDER}. */
  readonly page: string
  /** The names of all files, including the compressed ones that end in `.br` and `.gz`. */
  readonly assetNames: readonly string[]
  readonly readAsset: (name: string) => Buffer
}

export interface ConsoleDeps extends ConsoleFiles {
  readonly settings: ConsoleSettings
  /** Origins that pages call besides their own and the issuer's: the bucket, and a token endpoint elsewhere. */
  readonly otherOrigins: readonly string[]
  readonly log: Log
}

/** Replaced by the settings when the page is served. */
const SETTINGS_PLACEHOLDER = '%SETTINGS%'

/** A year. A file's name contains a hash of its content, so the content behind a name never changes. */
const ASSET_MAX_AGE_SECONDS = 31_536_000

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
}

/**
 * Everything comes from this origin, and the page has no inline script or style. Cloudscape's styles are a file, and
 * what it sets on elements goes through the CSSOM, so no nonce is needed either. `data:` is for the images in those
 * styles.
 */
export const consoleCsp = (origins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...new Set(origins)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

type Serve = (request: RequestHeaders) => HttpResponse

/** Serves the same page for every route of the app. Never cached, so that a deployment is visible at once. */
const servePage = ({ page, settings, otherOrigins }: ConsoleDeps): Serve =>
  serveDocument({
    contentType: 'text/html; charset=utf-8',
    // A replacer function, since `$` has a meaning in a replacement string.
    body: page.replace(SETTINGS_PLACEHOLDER, () => escapeAttribute(JSON.stringify(settings))),
    headers: {
      'cache-control': 'no-cache',
      'content-security-policy': consoleCsp([new URL(settings.issuer).origin, ...otherOrigins]),
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'x-robots-tag': 'noindex, nofollow',
    },
  })

const compressed = { br: '.br', gzip: '.gz' } as const

/** Serves a file; `undefined` if there is none with this name. */
function serveAsset({ assetNames, readAsset }: ConsoleFiles): (name: string) => Serve | undefined {
  const names = new Set(assetNames)
  const read = new Map<string, string>()
  const contentOf = (file: string): string => {
    const known = read.get(file)
    if (known !== undefined) return known
    const content = readAsset(file).toString('base64')
    read.set(file, content)
    return content
  }
  return (name) => {
    const contentType = contentTypes[name.slice(name.lastIndexOf('.') + 1)]
    if (!names.has(name) || contentType === undefined) return undefined
    const headers = {
      'content-type': contentType,
      'cache-control': `public, max-age=${ASSET_MAX_AGE_SECONDS}, immutable`,
      etag: `W/"${name}"`,
      vary: 'accept-encoding',
      'x-robots-tag': 'noindex, nofollow',
    }
    return (request) => {
      if (hasAlready(request['if-none-match'], headers.etag)) return { statusCode: 304, headers }
      const encoding = encodingFor(request['accept-encoding'])
      const file = encoding === 'identity' ? name : `${name}${compressed[encoding]}`
      // Fonts are compressed already and have no other encoding.
      const isEncoded = encoding !== 'identity' && names.has(file)
      return {
        statusCode: 200,
        headers: isEncoded ? { ...headers, 'content-encoding': encoding } : headers,
        body: contentOf(isEncoded ? file : name),
        isBase64Encoded: true,
      }
    }
  }
}

const ASSETS = 'assets/'

/**
 * Called by API Gateway for `/console` and everything below it, once per request. Changes nothing. A path that isn't
 * an asset is a route of the app, and only the app knows which routes exist.
 */
export function createHandler(deps: ConsoleDeps): HttpHandler {
  const page = servePage(deps)
  const asset = serveAsset(deps)
  const find = (path: string): Serve | undefined =>
    path.startsWith(ASSETS) ? asset(path.slice(ASSETS.length)) : page
  return httpHandler(deps.log, async (event: HttpEvent) => {
    const serve = find(event.pathParameters?.proxy ?? '')
    const response = serve?.(event.headers) ?? problemResponse(refuse('not_found'), requestIdOf(event))
    return event.requestContext.http.method === 'HEAD' ? withoutBody(response) : response
  })
}

const withoutBody = ({ statusCode, headers }: HttpResponse): HttpResponse => ({ statusCode, headers })
