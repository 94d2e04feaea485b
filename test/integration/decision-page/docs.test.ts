import { createServer, type Server } from 'node:http'
import type { Context } from 'aws-lambda'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHandler } from '../../../functions/openapi/handler.ts'
import { close, listen } from '../../../infra/local/http/listen.ts'
import { readDocsAsset } from '../../support/api.ts'
import { findChromium, launchChromium } from '../../support/chromium.ts'
import { httpEvent } from '../../support/events.ts'
import { recordedLog } from '../../support/fakes.ts'

/** What Lambda may answer with, in its own JSON: base64 and all. */
const MOST_ANSWER_BYTES = 6 * 1024 * 1024

const handler = createHandler(recordedLog(), readDocsAsset)

async function answer(url: string, headers: Record<string, string>) {
  const { event } = httpEvent({ method: 'GET', url, headers })
  return handler(event, {} as Context)
}

const executable = findChromium()

describe.skipIf(executable === undefined)('/docs, in a browser', () => {
  let browser: Browser
  let server: Server
  let address: string
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '')
    server = createServer((request, response) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      answer(request.url ?? '/', headers)
        .then(({ statusCode, headers: sent, body = '', isBase64Encoded }) => {
          response.writeHead(statusCode, sent).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
        })
        .catch(() => response.destroy())
    })
    address = await listen(server, 0)
  })
  afterAll(async () => {
    await browser.close()
    await close(server)
  })

  it('shows every operation, loads nothing from elsewhere, and breaks none of its own rules', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${address}/docs`)
    await page.locator('.opblock-summary-path', { hasText: '/v1/claims/preview' }).waitFor()
    const operations = await page.locator('.opblock').count()
    expect(operations).toBeGreaterThan(40)
    await page.locator('.opblock', { hasText: '/v1/claims/preview' }).first().click()
    await page.locator('.opblock-body').first().waitFor()
    expect(complaints).toEqual([])
    for (const url of asked.filter((each) => !each.startsWith('data:')))
      expect(new URL(url).origin).toBe(address)
    await page.close()
  })

  it.each(['light', 'dark'] as const)(
    'fits on a phone and is as %s as its reader asks, also with an operation open',
    async (colorScheme) => {
      const page = await browser.newPage({ viewport: { width: 360, height: 640 }, colorScheme })
      await page.goto(`${address}/docs`)
      await page.locator('.opblock', { hasText: '/v1/claims/preview' }).first().click()
      await page.locator('.opblock-body .responses-table').first().waitFor()
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      const ground = await page.evaluate<string>(
        "getComputedStyle(document.querySelector('.swagger-ui')).backgroundColor",
      )
      expect(wide).toBeLessThanOrEqual(0)
      const dark = 'rgb(28, 32, 34)'
      if (colorScheme === 'dark') expect(ground).toBe(dark)
      else expect(ground).not.toBe(dark)
      await page.close()
    },
  )
})

describe('what /docs is made of', () => {
  it.each([
    '/docs',
    '/docs/swagger-ui-bundle.js',
    '/docs/swagger-ui.css',
    '/docs/page.css',
    '/docs/scheme.js',
    '/docs/start.js',
    '/openapi.json',
  ])('fits into an answer of Lambda, however it is asked for, and is kept: %s', async (url) => {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const response = await answer(url, { 'accept-encoding': encoding })
      expect(response).toMatchObject({
        statusCode: 200,
        headers: { 'cache-control': 'public, max-age=600' },
      })
      expect(JSON.stringify(response).length).toBeLessThan(MOST_ANSWER_BYTES)
    }
  })

  it.each(['/docs/index.js', '/docs/..%2Fhandler.ts', '/docs/constructor'])(
    'is nothing else: %s',
    async (url) => {
      expect((await answer(url, {})).statusCode).toBe(404)
    },
  )
})
