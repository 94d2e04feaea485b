import { dirname, join, normalize } from 'node:path'
import type { Source } from './sources.ts'

/** Folders whose results must be unions by `outcome`, and never bare texts. */
const HOLDS = /^shared\/(?:rules|usecases|storage|csv|lib)\//

/** Types of stored data, in a short form. */
const STORED: ReadonlySet<string> = new Set(['MailSlot'])

const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }
/** A token of a type: a literal, a name with its path, or a keyword. */
const WORD = /'[^']*'|`[^`]*`|[\w.$]+/y

/** The position at which the bracket opened at `start` is closed. The `>` of an arrow isn’t a bracket. */
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

/** The members of the union type that begins at `start`, brackets included. */
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
/** Whether a shape begins with a discriminant: `outcome` of a result, `kind` or `role` of an entity. */
const isTold = (shape: string): boolean => /^\{\s*(?:readonly )?(?:outcome|kind|role): /.test(shape)

/**
 * The declarations of a source: members of unions and shapes of interfaces by name, and where other names are
 * imported from.
 */
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

/** A type's members, with named unions replaced by their members. */
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

/** The declared return types of a source’s functions; for a promise, its content. */
function returnedBy({ uncommented }: Source): Returned[] {
  return Array.from(uncommented.matchAll(/\)\s*:(?= )/g), (found) => {
    const members = membersAt(uncommented, found.index + found[0].length)
    const [only = ''] = members
    const isAwaited = members.length === 1 && only.startsWith('Promise<')
    return { isAwaited, members: isAwaited ? membersAt(only.slice(0, -1), 'Promise<'.length) : members }
  })
}

/**
 * Functions whose results are distinguished by anything but `outcome`: by a bare text, alone or beside something
 * else, or by the members that their shapes have. A pure function may return one of some texts, which then is a kind
 * and not a result.
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
