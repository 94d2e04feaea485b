import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface Import {
  /** For our own files, the path from the project's root; for others, the package's name with its subpath. */
  readonly target: string
  /** Whether it imports only types, so that nothing is left when types are stripped. */
  readonly typeOnly: boolean
}

export interface Source {
  /** Path from the project’s root, with `/`. */
  readonly path: string
  readonly imports: readonly Import[]
  /** The text without comments and with empty string literals; template literals are kept. */
  readonly code: string
  /** The text without comments. */
  readonly uncommented: string
  readonly text: string
}

const commentsAndStrings = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g
const comments =
  /(?<quoted>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g
const statements = /^\s*(?:import|export)\b(?:(?<clause>[^'"`;:|=()]*?)\bfrom\b)?\s*'(?<target>[^']+)'/gm
const calls = /\bimport\(\s*'(?<target>[^']+)'/g

const isTypeClause = (clause: string): boolean => {
  const named = clause.trim()
  if (/^type\b/.test(named)) return true
  const braces = /^\{(?<names>[^}]*)\}$/.exec(named)
  const names = braces?.groups?.names?.split(',').filter((name) => name.trim() !== '') ?? []
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name))
}

export function parseSource(path: string, text: string): Source {
  const uncommented = text.replace(comments, (match, quoted: string | undefined) =>
    quoted === undefined ? ' ' : match,
  )
  const resolve = (target: string) =>
    target.startsWith('.') ? normalize(join(dirname(path), target)) : target
  const found = [
    ...Array.from(uncommented.matchAll(statements), ({ groups }) => ({
      target: resolve(groups?.target ?? ''),
      typeOnly: isTypeClause(groups?.clause ?? ''),
    })),
    ...Array.from(uncommented.matchAll(calls), ({ groups }) => ({
      target: resolve(groups?.target ?? ''),
      typeOnly: false,
    })),
  ]
  return {
    path,
    text,
    uncommented,
    imports: found,
    code: text.replace(commentsAndStrings, (match) => (match[0] === '/' ? ' ' : "''")),
  }
}

/** All TypeScript files below these folders of the project. */
export function readSources(root: string, folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8'))),
  )
}
