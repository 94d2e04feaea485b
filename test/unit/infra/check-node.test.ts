import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const check = './infra/check-node.mjs'

/** Pretends that the Node.js that runs has another version. */
const withVersion = (version: string) => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  const before = `data:text/javascript,${encodeURIComponent(pretend)}`
  return spawnSync(process.execPath, ['--import', before, '--import', check, '-p', '"went on"'], {
    cwd: root,
    encoding: 'utf8',
  })
}

describe('the version of Node.js', () => {
  it.each(['20.20.2', '22.21.0', '23.9.0'])(
    '%s is refused in one line that says what is needed',
    (version) => {
      const { status, stdout, stderr } = withVersion(version)
      expect(status).toBe(1)
      expect(stdout).toBe('')
      expect(stderr.trim().split('\n')).toEqual([
        expect.stringContaining(`Node.js 24 or newer is needed, and this is ${version}`),
      ])
    },
  )

  it.each(['24.0.0', '26.1.0'])('%s will do', (version) => {
    expect(withVersion(version)).toMatchObject({ status: 0, stdout: 'went on\n' })
  })

  it('is looked at by every script that runs one of our files', () => {
    const manifest = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')))
    const ours = Object.values(manifest.scripts).filter((script) => /^(?:exec )?node /.test(script))
    expect(ours.length).toBeGreaterThan(10)
    for (const script of ours)
      expect(script).toMatch(/^(?:exec )?node (--import \.\/)?infra\/check-node\.mjs( |$)/)
  })
})
