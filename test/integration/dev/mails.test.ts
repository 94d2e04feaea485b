import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages } from '../../../shared/mail/language.ts'
import { renderMail } from '../../../shared/mail/render.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import { elementsOf } from '../../support/markup.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../../infra/dev/mails.ts', import.meta.url))

describe('npm run mails', () => {
  let folder: string
  let output: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mails-'))
    output = (await run(process.execPath, [script, path.join(folder, 'a', 'b')])).stdout
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const at = (...parts: string[]) => path.join(folder, 'a', 'b', ...parts)

  it('N2: writes every mail in every language, as HTML and as text, and no other file', async () => {
    for (const language of languages) {
      const names = sampleMails.flatMap(({ name }) => [`${name}.html`, `${name}.txt`])
      expect((await readdir(at(language))).sort()).toEqual(names.sort())
      for (const { name, mail } of sampleMails) {
        const { html, subject, text } = renderMail(mail, language)
        expect(await readFile(at(language, `${name}.html`), 'utf8')).toBe(html)
        const written = await readFile(at(language, `${name}.txt`), 'utf8')
        expect(written.startsWith(`${subject}\n`)).toBe(true)
        expect(written).toContain(text)
      }
    }
    expect((await readdir(at())).sort()).toEqual([...languages, 'index.html'].sort())
  })

  it('links each of them from its index, and says how many there are and where', async () => {
    const index = await readFile(at('index.html'), 'utf8')
    const links = elementsOf(index, 'a').map(({ attributes }) => attributes.get('href'))
    const files = languages.flatMap((language) =>
      sampleMails.flatMap(({ name }) => [`${language}/${name}.html`, `${language}/${name}.txt`]),
    )
    expect(links.sort()).toEqual(files.sort())
    expect(output).toContain(`${sampleMails.length * languages.length} mails`)
    expect(output).toContain(at('index.html'))
  })

  it('takes one folder, and says so', async () => {
    const failure = await run(process.execPath, [script, folder, folder]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: npm run mails') })
  })
})
