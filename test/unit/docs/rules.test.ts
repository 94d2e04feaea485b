import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { commentsIn, idsIn, readRules, titlesIn } from './rules.ts'

const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8')

const filesBelow = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !file.includes('node_modules'))
    .map((file) => `${folder}/${file}`)

const rules = readRules(read('docs/rules.md'))
const known = new Set(rules.map(({ id }) => id))
const tests = filesBelow('test', /\.test\.ts$/).map((file) => ({ file, titles: titlesIn(read(file)) }))
const cited = (file: string): ReadonlySet<string> =>
  new Set(tests.find((each) => each.file === file)?.titles.flatMap(idsIn))

describe('docs/rules.md', () => {
  it('has the rules, each once', () => {
    expect(rules.length).toBeGreaterThan(60)
    expect(known.size).toBe(rules.length)
  })

  it('has every rule that a test names in its title', () => {
    const unknown = tests.flatMap(({ file, titles }) =>
      titles.flatMap(idsIn).flatMap((id) => (known.has(id) ? [] : [`${file}: ${id}`])),
    )
    expect(unknown).toEqual([])
  })

  it('has every rule that a comment in the code names', () => {
    const files = ['shared', 'functions', 'infra'].flatMap((folder) => filesBelow(folder, /\.tsx?$/))
    const unknown = files.flatMap((file) =>
      commentsIn(read(file))
        .flatMap(idsIn)
        .flatMap((id) => (known.has(id) ? [] : [`${file}: ${id}`])),
    )
    expect(unknown).toEqual([])
  })

  it('names a test for every rule, whose titles name the rule', () => {
    const unproven = rules.flatMap(({ id, provenBy }) =>
      provenBy.length === 0
        ? [id]
        : provenBy.flatMap((file) => (cited(file).has(id) ? [] : [`${id}: ${file}`])),
    )
    expect(unproven).toEqual([])
  })

  it('names where every rule lives: a file that is there, and what it declares', () => {
    const declares = (text: string, name: string): boolean =>
      new RegExp(`\\b(?:function|const|class|interface|type) ${name}\\b`).test(text)
    const missing = rules.flatMap(({ id, livesIn }) =>
      livesIn.length === 0
        ? [id]
        : livesIn.flatMap(({ path: file, names }) =>
            existsSync(path.join(projectRoot, file))
              ? names.flatMap((name) => (declares(read(file), name) ? [] : [`${id}: ${name} in ${file}`]))
              : [`${id}: ${file}`],
          ),
    )
    expect(missing).toEqual([])
  })
})

describe('what is read for it', () => {
  it('takes titles in every form, and the rules in them', () => {
    const source = `it('M1, R4: it’s "so"', () => {})\nit.each([['a', f(1)]])(\n  'E: %s', () => {})\ndescribe("T2", () => {})`
    expect(titlesIn(source)).toEqual(['M1, R4: it’s "so"', 'E: %s', 'T2'])
    expect(titlesIn(source).flatMap(idsIn)).toEqual(['M1', 'R4', 'E', 'T2'])
    expect(idsIn('E-mail, a UTF-16LE file, P14D')).toEqual([])
  })

  it('takes comments, and no text', () => {
    expect(commentsIn("/** D1: so. */\nconst url = 'https://D9' // D2\n")).toEqual([
      '/** D1: so. */',
      '// D2',
    ])
  })
})
