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

/** What the browser's part is told. All of it is public: whoever asks for the page gets it. */
export interface ConsoleSettings {
  /** Whom people sign in at (OIDC discovery is below it). */
  readonly issuer: string
  /** The console's public client there; empty where the issuer has none for it. */
  readonly clientId: string
  /** What it asks for when somebody signs in. */
  readonly scope: string
  readonly productName: string
  readonly supportUrl: string | undefined
}

export interface ConsoleFiles {
  /** index.html, with {@link SETTINGS_PLACEHOLDER} in it. */
  readonly page: string
  /** Of every file, those that end in `.br` and `.gz` among them. */
  readonly assetNames: readonly string[]
  readonly readAsset: (name: string) => Buffer
}

export interface ConsoleDeps extends ConsoleFiles {
  readonly settings: ConsoleSettings
  /** That pages call beside their own and the issuer's: the bucket, and a token endpoint elsewhere. */
  readonly otherOrigins: readonly string[]
  readonly log: Log
}

/** Where the build leaves room for the settings. */
const SETTINGS_PLACEHOLDER = '%SETTINGS%'

/** A year, RFC 9111's most: a name has a hash of the content in it, so what it names never changes. */
const ASSET_MAX_AGE_SECONDS = 31_536_000

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
}

/**
 * Everything comes from here, and no script or style stands in the page itself. Cloudscape's styles are a file, and what it
 * sets on elements goes by the CSSOM, so not even a nonce is needed. `data:` is for the pictures in those styles.
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

/** Every app route is the same page; it is asked for anew each time, so that a deployment is seen at once. */
const servePage = ({ page, settings, otherOrigins }: ConsoleDeps): Serve =>
  serveDocument({
    contentType: 'text/html; charset=utf-8',
    // By a function, since `$` in a text stands for itself.
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

/** Undefined for a name that no file has. */
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
      // A font is compressed already, and has no other form.
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
 * Triggered by API Gateway for `/console` and all below it, once per request. Changes nothing. What isn't an asset is a
 * place in the app, which alone knows which places there are.
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
