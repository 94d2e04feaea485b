import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { I18nProviderProps } from '@cloudscape-design/components/i18n'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cloudscapeNl } from '../../../functions/console/app/i18n/cloudscape-nl.ts'
import { buildConsole } from '../../../infra/build/console.ts'
import { projectRoot } from '../../../infra/project.ts'
import { foreignIssuer, scratch, synthesizedTemplate } from '../template.ts'

const folder = scratch()
await buildConsole(folder)
const assets = join(folder, 'assets')
const names = readdirSync(assets)
const page = readFileSync(join(folder, 'index.html'), 'utf8')

/** What a browser downloads for a name: the brotli form where there is one. */
const compressedBytes = (name: string): number =>
  statSync(join(assets, names.includes(`${name}.br`) ? `${name}.br` : name)).size

const own = await synthesizedTemplate()
const foreign = await synthesizedTemplate({
  ...foreignIssuer,
  consoleClientId: 'our-console',
  issuerOrigins: 'https://token.issuer.example',
  publicUrl: 'https://claims.acme.example',
})

describe('the console’s build', () => {
  it('has every file in its three forms, save fonts, which are compressed already', () => {
    const files = names.filter((name) => !/\.(?:br|gz)$/.test(name))
    for (const name of files) {
      expect(name).toMatch(/^[\w.-]+-[0-9A-Z]{8}\.(?:js|css|woff2)$/)
      if (name.endsWith('.woff2')) continue
      expect(names).toContain(`${name}.br`)
      expect(names).toContain(`${name}.gz`)
    }
  })

  it('refers to no file that there isn’t, and to nothing elsewhere', () => {
    const referred = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url ?? '')
    expect(referred.filter((url) => url.endsWith('.css'))).toHaveLength(1)
    for (const url of referred.filter((each) => each !== 'data:,')) {
      expect(url).toMatch(/^\/console\/assets\//)
      expect(names).toContain(url.replace('/console/assets/', ''))
    }
    const styles = readFileSync(join(assets, names.find((name) => name.endsWith('.css')) ?? ''), 'utf8')
    expect(styles).not.toMatch(/url\(["']?https?:/)
    expect(styles).not.toContain('data:font')
  })

  // With the fonts that are shown, some 50 KB more: test/e2e/console measures all of it in a browser.
  it('bench: has 380 KB at most to load before the first screen, the longest language among them', () => {
    const loaded = [...page.matchAll(/\/console\/assets\/([\w.-]+)/g)].map(([, name]) => name ?? '')
    const heaviest = (pattern: RegExp) =>
      Math.max(...names.filter((name) => pattern.test(name)).map((name) => compressedBytes(name)))
    const bytes =
      loaded.reduce((total, name) => total + compressedBytes(name), 0) +
      heaviest(/^(?:all\.\w+|cloudscape-nl)-\w+\.js$/) +
      heaviest(/^(?:en|nl|de|fr|es)-\w+\.js$/) +
      heaviest(/^overview-\w+\.js$/)
    expect(bytes / 1024).toBeLessThanOrEqual(380)
  })

  it('has no trace of the machine that made it', () => {
    const texts = names.filter((name) => /\.(?:js|css)$/.test(name))
    for (const name of texts) expect(readFileSync(join(assets, name), 'utf8')).not.toContain(process.cwd())
  })
})

/** Cloudscape's own texts, by component and place, as its packages have them. */
const textsOf = (messages: I18nProviderProps.Messages, language: string) =>
  z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .parse(messages['cloudscape-design-components']?.[language])

const readMessages = (file: string): I18nProviderProps.Messages =>
  JSON.parse(
    readFileSync(join(projectRoot, 'node_modules/@cloudscape-design/components/i18n/messages', file), 'utf8'),
  )

describe('Cloudscape’s own texts in Dutch', () => {
  const english = textsOf(readMessages('all.en.json'), 'en')
  const dutch = textsOf(cloudscapeNl, 'nl')
  const app = join(projectRoot, 'functions/console/app')
  const sources = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.tsx'),
  )
  const imported = sources.flatMap((file) =>
    [...readFileSync(join(app, file), 'utf8').matchAll(/'@cloudscape-design\/components\/([\w-]+)'/g)].map(
      ([, component]) => component ?? '',
    ),
  )
  const used = [...new Set(imported)].filter((component) => component in english)

  it('are there for every component that the console has', () => {
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((component) => !(component in dutch))).toEqual([])
  })

  it.each(Object.keys(dutch))('are whole for %s', (component) => {
    expect(Object.keys(dutch[component] ?? {}).sort()).toEqual(Object.keys(english[component] ?? {}).sort())
  })
})

describe('the console’s settings', () => {
  const environmentOf = (template: typeof own) =>
    template.get('ConsoleFunction').properties.Environment as { Variables: Record<string, string> }

  it('name the stack’s own pool, its domain and a client that has no secret and takes no password', () => {
    expect(environmentOf(own).Variables).toMatchObject({
      CONSOLE_ISSUER: expect.stringContaining('UserPool'),
      CONSOLE_SCOPE: 'openid',
    })
    expect(environmentOf(own).Variables.CONSOLE_ORIGINS).toContain('https://Bucket.RegionalDomainName')
    expect(environmentOf(own).Variables.CONSOLE_ORIGINS).toContain('.auth.')
    const clients = own.ofType('AWS::Cognito::UserPoolClient').map(({ properties }) => properties)
    const ours = clients.find((each) => JSON.stringify(each.CallbackURLs ?? []).includes('/console/callback'))
    expect(ours).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: ['Api.ApiEndpoint/console/callback'],
      LogoutURLs: ['Api.ApiEndpoint/console/signed-out'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    })
  })

  it('name whichever issuer the deployment names, with the client it has there', () => {
    expect(environmentOf(foreign).Variables).toMatchObject({
      CONSOLE_ISSUER: 'https://issuer.example',
      CONSOLE_CLIENT_ID: 'our-console',
      CONSOLE_SCOPE: 'openid claims:read claims:write org:read org:write',
      CONSOLE_ORIGINS: 'https://Bucket.RegionalDomainName https://token.issuer.example',
    })
  })

  it('open the bucket to the console’s own origin, and to no other', () => {
    const corsOf = (template: typeof own) => template.get('Bucket').properties.CorsConfiguration
    expect(corsOf(own)).toEqual({
      CorsRules: [
        { AllowedMethods: ['GET', 'POST'], AllowedOrigins: ['Api.ApiEndpoint'], AllowedHeaders: ['*'] },
      ],
    })
    expect(JSON.stringify(corsOf(foreign))).toContain('"https://claims.acme.example"')
  })
})
