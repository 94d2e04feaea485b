import { line } from '../mail/line.ts'
import { h1, pageHtml, paragraphHtml } from './page.ts'

/** A code and its explanation, which is for developers and admins and so in English. */
export interface ExplainedCode {
  readonly code: string
  readonly title: string
  readonly status?: number
  readonly meaning: string
  readonly remedy?: string
}

function article({ code, title, status, meaning, remedy }: ExplainedCode): string {
  const answered =
    status === undefined ? line`${code}` : line`${code}, answered with status ${String(status)}`
  return [
    paragraphHtml(answered),
    paragraphHtml(line`${meaning}`),
    ...(remedy === undefined ? [] : [paragraphHtml(line`${{ strong: 'What to do:' }} ${remedy}`)]),
    '<p><a href="/problems">All codes</a></p>',
  ].reduce((all, part) => `${all}\n${part}`, h1(line`${title}`))
}

export const explanationPage = (explained: ExplainedCode): string =>
  pageHtml({ language: 'en', title: line`${explained.title}`, main: article(explained) })

/** Codes consist of letters and underscores, so they need no escaping in URLs. */
const entry = ({ code, meaning }: ExplainedCode): string =>
  `<dt><a href="/problems/${code}">${code}</a></dt>\n<dd>${paragraphHtml(line`${meaning}`)}</dd>`

export function explanationsPage(all: readonly ExplainedCode[]): string {
  const title = line`Codes`
  const about = line`Every code that the service answers with: of errors, of results and rows, of files, and of claims.`
  const main = [h1(title), paragraphHtml(about), `<dl>\n${all.map(entry).join('\n')}\n</dl>`].join('\n')
  return pageHtml({ language: 'en', title, main })
}
