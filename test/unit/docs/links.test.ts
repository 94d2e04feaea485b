import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { projectRoot } from '../../../infra/project.ts'

/** All Markdown pages, by path from the project’s root. */
const pages = [
  ...readdirSync(projectRoot).filter((file) => file.endsWith('.md')),
  ...['docs', 'infra', 'functions', 'events', 'test'].flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => path.join(folder, file)),
  ),
]

const textOf = (page: string): string => readFileSync(path.join(projectRoot, page), 'utf8')

describe('the pages', () => {
  it('lead only to files that are there', () => {
    const broken = pages.flatMap((page) =>
      Array.from(
        textOf(page).matchAll(/\]\((?!https?:|mailto:|#|\/)([^)#\s]+)/g),
        ([, target = '']) => target,
      )
        .filter((target) => !existsSync(path.join(projectRoot, path.dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('name only source files that are there', () => {
    const missing = pages.flatMap((page) =>
      Array.from(
        textOf(page).matchAll(
          /`((?:shared|functions|infra|test|events|docs)\/[\w./-]+\.(?:tsx?|mjs|md|json|csv))`/g,
        ),
        ([, file = '']) => file,
      )
        .filter((file) => !existsSync(path.join(projectRoot, file)))
        .map((file) => `${page}: ${file}`),
    )
    expect(missing).toEqual([])
  })

  it('run only scripts that are there', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(textOf('package.json')))
    const missing = pages.flatMap((page) =>
      Array.from(textOf(page).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g), ([, name = '']) => name)
        .filter((name) => scripts[name] === undefined)
        .map((name) => `${page}: npm run ${name}`),
    )
    expect(missing).toEqual([])
  })
})
