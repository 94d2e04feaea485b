import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.ts'

/** A Python tool that a check needs, in the version that the check was written for. */
export interface PythonTool {
  /** The npm script that needs it. */
  readonly check: string
  readonly name: string
  readonly version: string
  /** The name of the package for pip, without the version. */
  readonly distribution: string
  readonly command: string
}

/** Exit codes of the checks: 1 if something is found, 2 if nothing could be checked. */
export const NOT_CHECKED = 2

const isWindows = process.platform === 'win32'

export function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

function findPython(): string | undefined {
  const probe = ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']
  return ['python3', 'python'].find((name) => spawnSync(name, probe, { stdio: 'ignore' }).status === 0)
}

/**
 * Finds the tool's command, and installs it into a folder of its own at the first call.
 * @returns `undefined` if it can't be installed; the reason has been printed
 */
export function pythonTool({ check, name, version, distribution, command }: PythonTool): string | undefined {
  const folder = join(projectRoot, '.local', `${name}-${version}`)
  const installed = (file: string) =>
    join(folder, isWindows ? 'Scripts' : 'bin', isWindows ? `${file}.exe` : file)
  const tool = installed(command)
  if (existsSync(tool)) return tool
  const python = findPython()
  if (python === undefined) {
    console.error(`${check} needs Python 3.10 or later with venv and pip, for ${name} ${version}.`)
    return undefined
  }
  console.log(`Installing ${name} ${version} into ${folder}`)
  const isInstalled =
    run(python, ['-m', 'venv', folder]) &&
    run(installed('python'), ['-m', 'pip', 'install', '--quiet', `${distribution}==${version}`])
  if (isInstalled) return tool
  console.error(`${name} ${version} could not be installed: pip's own message is above.`)
  return undefined
}
