/** Serves the studio's page and files. They are built for their first visitor, so that a start doesn't wait for it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildBrowserApp } from '../../build/browser-app.ts'

/**
 * The page loads only its own files and executes no markup from text. Mails are shown in a frame with its own policy.
 */
export const STUDIO_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}

interface Built {
  readonly page: Buffer
  readonly assets: ReadonlyMap<string, Buffer>
}

async function buildStudio(): Promise<Built> {
  const folder = await mkdtemp(path.join(tmpdir(), 'studio-'))
  try {
    await buildBrowserApp(
      { name: 'studio', folder: 'infra/local/studio/app', publicPath: '/assets', isCompressed: false },
      folder,
    )
    const names = await readdir(path.join(folder, 'assets'))
    const read = async (name: string) => [name, await readFile(path.join(folder, 'assets', name))] as const
    const [page, assets] = await Promise.all([
      readFile(path.join(folder, 'index.html')),
      Promise.all(names.map(read)),
    ])
    return { page, assets: new Map(assets) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export interface StudioPages {
  /** Starts the build, so that the first visitor doesn't wait for it. */
  prepare(): Promise<unknown>
  /** False if there is no such file. */
  serve(pathname: string, response: ServerResponse): Promise<boolean>
}

const common = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

export function createStudioPages(build: () => Promise<Built> = buildStudio): StudioPages {
  let building: Promise<Built> | undefined
  const built = (): Promise<Built> => {
    building ??= build().catch((error: unknown) => {
      // The next request tries again.
      building = undefined
      throw error
    })
    return building
  }
  return {
    prepare: built,
    async serve(pathname, response) {
      if (pathname === '/') {
        response.writeHead(200, {
          ...common,
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': STUDIO_CSP,
          'cache-control': 'no-store',
        })
        response.end((await built()).page)
        return true
      }
      const name = /^\/assets\/([\w.-]+)$/.exec(pathname)?.[1]
      const content = name === undefined ? undefined : (await built()).assets.get(name)
      if (name === undefined || content === undefined) return false
      response.writeHead(200, {
        ...common,
        'content-type': contentTypes[path.extname(name)] ?? 'application/octet-stream',
        // The name contains a hash of the content.
        'cache-control': 'public, max-age=31536000, immutable',
      })
      response.end(content)
      return true
    },
  }
}
