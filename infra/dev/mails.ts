/**
 * `npm run mails [-- FOLDER]`: writes every mail in every language as HTML and text, with an index page that links
 * them.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { languages } from '../../shared/mail/language.ts'
import { escapeHtml } from '../../shared/mail/line.ts'
import { renderMail } from '../../shared/mail/render.ts'
import { type SampleMail, sampleMails } from '../../shared/mail/samples.ts'
import { localFolder } from '../local/instance/endpoints.ts'

const usage = 'Usage: npm run mails [-- FOLDER]'

const STYLE = `
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem }
table { border-collapse: collapse } th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top }
tr { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent) } tbody th { font-weight: 600 }
td { white-space: nowrap }`

interface Written {
  readonly name: string
  /** Cells of its table row, in the order of `languages`. */
  readonly cells: readonly string[]
}

async function writeSample(folder: string, { name, mail }: SampleMail): Promise<Written> {
  const cells: string[] = []
  for (const language of languages) {
    const { subject, html, text } = renderMail(mail, language)
    const file = `${language}/${name}`
    await writeFile(path.join(folder, `${file}.html`), html)
    await writeFile(path.join(folder, `${file}.txt`), `${subject}\n\n${text}\n`)
    cells.push(
      `<td><a href="${file}.html" lang="${language}" title="${escapeHtml(subject)}">HTML</a> <a href="${file}.txt">text</a></td>`,
    )
  }
  return { name, cells }
}

function indexPage(written: readonly Written[]): string {
  const heads = languages.map((language) => `<th scope="col">${language}</th>`)
  const rows = written.map(({ name, cells }) => `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mails</title><style>${STYLE}</style></head><body>
<h1>${written.length} mails in ${languages.length} languages</h1>
<table><thead><tr><td></td>${heads.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`
}

function readFolder(): string {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [folder = path.join(localFolder, 'mails'), ...more] = positionals
  if (more.length > 0) throw new Error('there is one folder to write to')
  return path.resolve(folder)
}

async function main(): Promise<void> {
  const folder = readFolder()
  for (const language of languages) await mkdir(path.join(folder, language), { recursive: true })
  const written: Written[] = []
  for (const sample of sampleMails) written.push(await writeSample(folder, sample))
  const index = path.join(folder, 'index.html')
  await writeFile(index, indexPage(written))
  const count = written.length * languages.length
  console.log(
    `${count} mails (${written.length} in ${languages.length} languages), each as HTML and text: ${index}`,
  )
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exitCode = 1
})
