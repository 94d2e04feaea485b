/** A rule of `docs/rules.md`, with the files where it lives and that prove it. */
export interface DocumentedRule {
  readonly id: string
  readonly livesIn: readonly { readonly path: string; readonly names: readonly string[] }[]
  readonly provenBy: readonly string[]
}

const SECTION = /^### (?<id>[A-Z]\d{0,2})\n(?<text>[\s\S]*?)(?=^#{2,3} |$(?![\s\S]))/gm
const PLACE = /\[`(?<path>[^`]+)`\]\([^)]*\)(?: \((?<names>[^)]*)\))?/g

/** @throws if a rule doesn’t say where it lives or what proves it */
export function readRules(markdown: string): readonly DocumentedRule[] {
  return Array.from(markdown.matchAll(SECTION), ({ groups }) => {
    const { id = '', text = '' } = groups ?? {}
    const said = /^Lives in (?<lives>.*)\. Proven by (?<proven>.*)\.$/m.exec(text)?.groups
    if (said === undefined) throw new Error(`${id} doesn't say where it lives and what proves it`)
    return {
      id,
      livesIn: Array.from((said.lives ?? '').matchAll(PLACE), ({ groups: place }) => ({
        path: place?.path ?? '',
        names: Array.from((place?.names ?? '').matchAll(/`([^`]+)`/g), ([, name = '']) => name),
      })),
      provenBy: Array.from((said.proven ?? '').matchAll(PLACE), ({ groups: place }) => place?.path ?? ''),
    }
  })
}

const TITLE =
  /\b(?:it|test|describe)(?:\.(?:each|for|skipIf|runIf)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\.\w+)*\(\s*(?<quote>['"`])(?<title>(?:\\.|(?!\k<quote>)[\s\S])*)\k<quote>/g
const ID = /\b(?:[DETCPUSRMNIYOA]\d{1,2}|[ER](?=[:,;]))\b/g

/** The titles of a test file, without inserted values. */
export const titlesIn = (source: string): readonly string[] =>
  Array.from(source.matchAll(TITLE), ({ groups }) => groups?.title ?? '')

/** The rules that a text names: `M1`, `E:`, `D1, D4`. */
export const idsIn = (text: string): readonly string[] => text.match(ID) ?? []

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g

export const commentsIn = (source: string): readonly string[] => source.match(COMMENT) ?? []
