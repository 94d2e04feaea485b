import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { projectRoot } from '../../../infra/project.ts'

const text = readFileSync(path.join(projectRoot, 'CONTRIBUTING.md'), 'utf8')

/** The text of each recipe, by its heading. */
const recipes = new Map(
  text
    .split(/^## /m)
    .filter((section) => /^An? /.test(section))
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
)

const pathsIn = (section: string): readonly string[] =>
  Array.from(
    section.matchAll(/`((?:shared|functions|infra|test|docs|events|\.ci)(?:\/[\w./-]*)?)`/g),
    ([, named = '']) => named,
  )

describe('CONTRIBUTING.md', () => {
  it('has a recipe for each thing that is added time and again', () => {
    expect([...recipes.keys()]).toEqual(['A rule', 'A route', 'A function', 'An item of the table', 'A mail'])
  })

  it('names, in each recipe, files and folders that are there', () => {
    for (const [heading, section] of recipes)
      expect(pathsIn(section).length, heading).toBeGreaterThanOrEqual(5)
    expect(pathsIn(text).filter((named) => !existsSync(path.join(projectRoot, named)))).toEqual([])
  })

  it('runs scripts that there are', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')))
    const named = Array.from(text.matchAll(/npm run ([\w:-]+)/g), ([, name = '']) => name)
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})

describe('.github/workflows', () => {
  const workflow = (name: string): string =>
    readFileSync(path.join(projectRoot, '.github/workflows', name), 'utf8')

  it('run what a laptop runs, and deploy nothing that did not pass it', () => {
    expect(workflow('ci.yml')).toMatch(/^ +- run: \.ci\/run$/m)
    expect(workflow('deploy.yml')).toMatch(/^ +- run: \.ci\/run$/m)
    expect(workflow('deploy.yml')).toMatch(/^ {2}deploy:\n {4}needs: check$/m)
  })

  it.each(['ci.yml', 'deploy.yml'])('%s uses actions at a commit, and no key of AWS', (name) => {
    const uses = Array.from(workflow(name).matchAll(/uses: (\S+)/g), ([, action = '']) => action)
    expect(uses.length).toBeGreaterThan(1)
    expect(uses.filter((action) => !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action))).toEqual([])
    expect(workflow(name)).not.toMatch(/secrets\.|aws-(?:access|secret)/)
  })
})
