import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Papa from 'papaparse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Mail } from '../../infra/local/client.ts'
import { forbiddenCharacter, hostileTexts } from '../support/hostile.ts'
import { parseMarkup, skeleton } from '../support/markup.ts'
import { DOMAIN, expectOk, problem, resultView, type World } from '../support/world.ts'
import { smallWorld } from '../support/worlds.ts'

/*
 * N2, I7: one table of what people put into texts to get out of them, through every entrance of a text, to wherever it is
 * shown: mails, the decision page, files for spreadsheets, logs. An operator's own texts are in `hostile-settings.test.ts`.
 */

/** Until all are in: a dozen requests and an import for each text, and a busy machine's patience. */
const ENTERED_MS = 600_000

/** Cells that some spreadsheet runs. */
const RUNS = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

const csvAt = async (url: string): Promise<string[][]> => {
  const text = (await (await fetch(url)).text()).replace(/^\ufeff/, '')
  return Papa.parse<string[]>(text, { skipEmptyLines: true }).data
}

/** What a mail is made of, whoever it names: names stand in `<bdi>`, or nowhere where nothing of them is shown. */
const structure = (html: string): string[] => skeleton(html).filter((element) => element !== 'bdi')

describe('hostile text, from every entrance to wherever it is shown', () => {
  let world: World
  let folder: string
  const logFile = () => path.join(folder, 'functions.log')
  const orgOf = (n: number): string => `evil-${n}`
  const personOf = (n: number): string => `person-${n}@${DOMAIN}`
  /** Of each text, which entrances took it: the others refused it, and named the field. */
  const taken = new Map<string, string[]>()

  /** The plain org's people show what mails and pages look like by themselves. */
  const everyone = [['plain', 'Plain'], ...hostileTexts] as const

  async function enter(n: number, name: string, text: string): Promise<void> {
    const org = orgOf(n)
    const entrances: string[] = []
    const taking = async (entrance: string, status: number, path: RegExp, answer: unknown) => {
      if (status < 300) return entrances.push(entrance)
      const { errors = [] } = problem({ status, headers: new Headers(), body: answer })
      expect({ name, entrance, status }).toEqual({ name, entrance, status: 400 })
      expect(errors.map((one) => one.path).join()).toMatch(path)
      return undefined
    }
    const facts = { kind: 'enterprise', region: 'eu', createdAt: '2020-01-01T00:00:00Z' }
    const orgBody = { ...facts, adminEmails: [`admin-${n}@plain.example`] }
    const asNamed = await world.platform('PUT', `/organizations/${org}`, { ...orgBody, name: text })
    await taking('organization', asNamed.status, /name/, asNamed.body)
    if (asNamed.status >= 300)
      expectOk(await world.platform('PUT', `/organizations/${org}`, { ...orgBody, name: `Org ${n}` }))
    await world.verify(org, DOMAIN)

    const person = { email: personOf(n), orgId: 'personal', status: 'active', paid: false, locale: 'en' }
    const named = { firstName: text, lastName: text }
    const asUser = await world.platform('PUT', `/users/person-${n}`, { ...person, ...named })
    await taking('user', asUser.status, /Name/, asUser.body)
    if (asUser.status >= 300)
      expectOk(
        await world.platform('PUT', `/users/person-${n}`, { ...person, firstName: 'Per', lastName: 'Son' }),
      )

    const contact = await world.as(org, 'PATCH', '/v1/organization', { contact: text })
    await taking('contact', contact.status, /contact/, contact.body)
    const zone = await world.as(org, 'PATCH', '/v1/organization', { timeZone: text })
    await taking('time zone', zone.status, /timeZone/, zone.body)

    // The names of a file stand for those of the account: quoted, as a program writes them.
    const quoted = `"${text.replaceAll('"', '""')}"`
    const file = `Email,First Name,Display Name\n${personOf(n)},${quoted},${quoted}\nnobody-${n}@${DOMAIN},${quoted},\n`
    const name_ = text.replace(/[\p{Cc}/]/gu, '')
    const imported = await world.import(org, `${name_}.csv`, file)
    if (imported.claimed === 1) entrances.push('file')
    else
      expectOk(
        await world.as(org, 'POST', '/v1/claims', {
          users: [{ email: personOf(n) }],
          acknowledgePermanent: true,
        }),
      )

    await world.user(`staff-${n}`, { orgId: org, email: `staff-${n}@${DOMAIN}` })
    const renamed = await world.as(org, 'PATCH', `/v1/users/staff-${n}`, { displayName: text })
    await taking('display name', renamed.status, /displayName/, renamed.body)
    taken.set(name, entrances)
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hostile-'))
    world = await smallWorld({ logFile: logFile() })
    for (const [n, [name, text]] of everyone.entries()) await enter(n, name, text)
    await world.service.settle()
  }, ENTERED_MS)
  afterAll(async () => {
    await world.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const mailsTo = async (address: string): Promise<Mail[]> => world.service.messages(address)
  const numbered = hostileTexts.map(([name, text], n) => [name, text, n + 1] as const)

  it('N2: is a name where names may be anything, and no contact and no time zone', () => {
    for (const [name, entrances] of taken) {
      expect({ name, entrances }).not.toMatchObject({ entrances: [] })
      for (const none of ['contact', 'time zone']) expect([name, ...entrances]).not.toContain(none)
    }
    const everywhere = [...taken.values()].filter((entrances) => entrances.length === 4)
    expect(everywhere.length).toBeGreaterThanOrEqual(8)
  })

  it.each(numbered)('N2: %s is nothing but a name in the mails', async (_, text, n) => {
    for (const [address, plain] of [
      [personOf(n), personOf(0)],
      [`admin-${n}@plain.example`, 'admin-0@plain.example'],
    ] as const) {
      const mails = await mailsTo(address)
      const plainMails = await mailsTo(plain)
      expect(mails.length).toBe(plainMails.length)
      for (const [at, mail] of mails.entries()) {
        expect(mail.to).toEqual([address])
        expect(mail.subject).not.toMatch(forbiddenCharacter)
        expect(mail.text.replaceAll('\n', '')).not.toMatch(forbiddenCharacter)
        expect(structure(mail.html)).toEqual(structure(plainMails[at]?.html ?? ''))
        const shown = parseMarkup(mail.html)
        expect(shown.text).not.toMatch(forbiddenCharacter)
        // Nothing leads anywhere but to the service, and no text is taken for a link.
        for (const { attributes } of shown.elements)
          for (const name of ['href', 'src'])
            expect(URL.parse(attributes.get(name) ?? '')?.hostname ?? '').not.toContain('evil')
        // Save in the service's own link to the report, which carries the file's name.
        for (const part of [mail.text, shown.text, mail.subject])
          expect(part.replace(/http:\/\/127\.0\.0\.1:\S+/g, '')).not.toMatch(
            /https:\/\/evil\.example|www\.evil\.example|everyone@evil\.example/,
          )
        if (text.includes('{{')) expect(mail.text).toContain('{{constructor')
      }
    }
  })

  it.each(numbered)('N2, U6: %s is nothing but a name on the decision page', async (_, _text, n) => {
    const pageOf = async (at: number): Promise<string> => {
      const [mail] = await mailsTo(personOf(at))
      const link = /\/decisions\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? ''
      const page = await world.service.api('GET', link, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(200)
      return z.string().parse(page.body)
    }
    const page = await pageOf(n)
    expect(structure(page)).toEqual(structure(await pageOf(0)))
    expect(parseMarkup(page).text).not.toMatch(forbiddenCharacter)
  })

  it.each(numbered)(
    'I7: %s is run by no spreadsheet, in an export, a list of claims or a report',
    async (_, _text, n) => {
      const org = orgOf(n)
      const view = z.looseObject({ status: z.string(), url: z.string().optional() })
      const created = z.object({ exportId: z.string() })
      const files: string[] = []
      for (const base of ['/v1/claimable-users/exports', '/v1/claims/exports']) {
        const { exportId } = created.parse(expectOk(await world.as(org, 'POST', base)).body)
        await world.service.settle()
        const done = view.parse(expectOk(await world.as(org, 'GET', `${base}/${exportId}`)).body)
        expect(done.status).toBe('completed')
        files.push(done.url ?? '')
      }
      const imports = await world.list(
        z.looseObject({ reportUrl: z.string().optional() }),
        org,
        '/v1/imports',
      )
      files.push(...imports.map(({ reportUrl = '' }) => reportUrl))
      let cells = 0
      for (const url of files)
        for (const cell of (await csvAt(url)).flat()) {
          cells++
          expect(cell).not.toMatch(RUNS)
        }
      expect(cells).toBeGreaterThan(20)
    },
  )

  it('E, D4: an address that only looks like another is none, or another; one that is written otherwise is the same', async () => {
    const judged = async (email: string): Promise<string> => {
      const body = { users: [{ email }], acknowledgePermanent: true }
      const answer = await world.as('acme', 'POST', '/v1/claims/preview', body)
      if (answer.status !== 200) return String(answer.status)
      const shape = z.object({ results: z.array(resultView.omit({ result: true, claim: true })) })
      return shape
        .parse(answer.body)
        .results.flatMap(({ codes }) => codes)
        .join()
    }
    await world.user('looks', { email: `looks@${DOMAIN}` })
    expect(await judged(`looks@${DOMAIN}`)).toBe('')
    // Full-width letters of a domain are those letters to IDNA; invisible characters are copied along with a text.
    expect(await judged('LOOKS@ｎｏｏｒｄｚｅｅ.example')).toBe('')
    expect(await judged(`\u200blooks@noord\u00adzee.example\u2060`)).toBe('')
    // Cyrillic о and е: another domain, of which this org has proven nothing.
    expect(await judged('looks@nооrdzее.example')).toBe('domain_not_verified')
    for (const none of ['looks＠noordzee.example', 'ｌooks@noordzee.example', 'lооks@noordzee.example'])
      expect(await judged(none)).toMatch(/^(?:400|invalid_address|unmailable_address)$/)
  })

  it('Y7: is in no line of a log, and breaks none', async () => {
    await world.service.settle()
    const lines = (await readFile(logFile(), 'utf8')).split('\n')
    const ours = lines.flatMap((line) => /^\S+ \[[^\]]+\] (\{.*\})$/.exec(line)?.[1] ?? [])
    expect(ours.length).toBeGreaterThan(50)
    for (const line of ours) {
      expect(() => JSON.parse(line)).not.toThrow()
      expect(line).not.toMatch(/evil\.example|alert\(1\)|constructor\.constructor|Bcc:|cmd\|/)
    }
  })
})
