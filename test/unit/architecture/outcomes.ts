import { dirname, join, normalize } from 'node:path'
import type { Source } from './sources.ts'

/** Where results are made: they are unions by `outcome`, and never bare texts. */
const HOLDS = /^shared\/(?:rules|usecases|storage|csv|lib)\//

/** Types of what is stored, in a short form. */
const STORED: ReadonlySet<string> = new Set(['MailSlot'])

const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }
/** A part of a type: a literal, a name with its path, or a word before one. */
const WORD = /'[^']*'|`[^`]*`|[\w.$]+/y

/** Where the bracket that opens at `start` is closed. The `>` of an arrow closes none. */
function closing(text: string, start: number): number {
  const open: string[] = []
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === "'") at = text.indexOf("'", at + 1)
    else if (char in BRACKETS) open.push(BRACKETS[char] ?? '')
    else if (char === open.at(-1) && !(char === '>' && text[at - 1] === '=')) open.pop()
    if (open.length === 0) return at
  }
  return text.length
}

/** The members of the union type that begins at `start`, with brackets and all. */
export function membersAt(text: string, start: number): string[] {
  const members: string[] = []
  let at = start
  let from = start
  let isAfterType = false
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const end = () => {
    const member = text.slice(from, at).trim()
    if (member !== '') members.push(member)
  }
  for (;;) {
    skip()
    const char = text[at] ?? ''
    if (char === '|' || char === '&') {
      if (char === '|') end()
      at++
      if (char === '|') from = at
      isAfterType = false
      continue
    }
    if (char in BRACKETS && (!isAfterType || char === '<' || char === '[')) {
      at = closing(text, at) + 1
      isAfterType = true
      continue
    }
    WORD.lastIndex = at
    const word: string | undefined = isAfterType ? undefined : WORD.exec(text)?.[0]
    if (word === undefined) break
    at += word.length
    isAfterType = !['readonly', 'keyof', 'typeof'].includes(word)
  }
  end()
  return members
}

const isText = (member: string): boolean => /^['`]/.test(member)
const isShape = (member: string): boolean => member.startsWith('{')
/** By which of several shapes it is: a result by its outcome, an entity by its kind or role. */
const isTold = (shape: string): boolean => /^\{\s*(?:readonly )?(?:outcome|kind|role): /.test(shape)

/** What a source declares: the members of unions, and the shapes of interfaces, by name; and whence it has other names. */
interface Scope {
  readonly declared: ReadonlyMap<string, readonly string[]>
  readonly imported: ReadonlyMap<string, string>
}
type Scopes = ReadonlyMap<string, Scope>

function scopeOf({ path, uncommented }: Source): Scope {
  const types = uncommented.matchAll(/\b(?:type (\w+)(?:<[^=]*?>)? =|interface (\w+)[^{]*(?=\{))/g)
  const imports = uncommented.matchAll(/^import ([^']*) from '(\.[^']*)'/gm)
  return {
    declared: new Map(
      Array.from(types, (found) => {
        const members = membersAt(uncommented, found.index + found[0].length)
        return found[2] === undefined ? [found[1] ?? '', members] : [found[2], members.slice(0, 1)]
      }),
    ),
    imported: new Map(
      Array.from(imports, ([, clause = '', target = '']) => {
        const from = normalize(join(dirname(path), target))
        return (clause.match(/\w+/g) ?? []).map((name) => [name, from] as const)
      }).flat(),
    ),
  }
}

/** A type's members, with those of the unions that it names in their places. */
function expand(members: readonly string[], path: string, scopes: Scopes): readonly string[] {
  return members.flatMap((member): readonly string[] => {
    const name = /^(?:readonly )?(\w+)(?:<[^&]*>)?(?:\[\])*$/.exec(member)?.[1] ?? ''
    const own = scopes.get(path)?.declared.get(name)
    if (STORED.has(name) || own?.includes(member)) return [member]
    if (own !== undefined) return expand(own, path, scopes)
    const from = scopes.get(path)?.imported.get(name)
    return from === undefined ? [member] : expand([name], from, scopes)
  })
}

interface Returned {
  readonly isAwaited: boolean
  readonly members: readonly string[]
}

/** What functions of this source are declared to return; of a promise, what it holds. */
function returnedBy({ uncommented }: Source): Returned[] {
  return Array.from(uncommented.matchAll(/\)\s*:(?= )/g), (found) => {
    const members = membersAt(uncommented, found.index + found[0].length)
    const [only = ''] = members
    const isAwaited = members.length === 1 && only.startsWith('Promise<')
    return { isAwaited, members: isAwaited ? membersAt(only.slice(0, -1), 'Promise<'.length) : members }
  })
}

/**
 * Functions whose result is told by anything but `outcome`: by a bare text, alone or beside something else, or by what its
 * shapes have or lack. A pure function may return one of some texts, which is a kind of something and no result.
 */
export function otherResults(sources: readonly Source[]): readonly string[] {
  const scopes: Scopes = new Map(sources.map((source) => [source.path, scopeOf(source)]))
  return sources
    .filter(({ path }) => HOLDS.test(path))
    .flatMap((source) =>
      returnedBy(source).flatMap(({ isAwaited, members }) => {
        const expanded = expand(members, source.path, scopes)
        const found = expanded.filter((member) => member !== 'undefined')
        const texts = found.filter(isText)
        const shapes = found.filter(isShape)
        const tellsByText = texts.length > 0 && (isAwaited || texts.length < found.length)
        const tellsByShape = shapes.length > 1 && !shapes.every(isTold)
        return tellsByText || tellsByShape ? [`${source.path} returns ${members.join(' | ')}`] : []
      }),
    )
}
