import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

const FILE = new URL('./results.md', import.meta.url)
const HEADER = `# What the bench measured

Written by \`npm run bench\`, the newest run first. Costs are CPU time, which a busy machine changes by some per cent at most;
what is wall time says so. A life is one delayed claim by CSV that nobody decides about, without conversations, from its
creation to the mail that says it was migrated: five mails.
`

export const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** Date, commit, and the kind of machine, without anything that identifies it. */
export function where(label: string): string {
  const [cpu] = cpus()
  const changed =
    git('status', '--porcelain', '--untracked-files=no', 'shared', 'functions') === '' ? '' : ' and changes'
  const commit = `${git('rev-parse', '--short', 'HEAD')}${changed}`
  const busy = loadavg()[0]?.toFixed(1) ?? ''
  return [
    `## ${new Date().toISOString().slice(0, 10)}, ${label}`,
    '',
    `Commit ${commit}, Node ${process.versions.node}, ${cpus().length} cores of ${cpu?.model.trim() || 'an unnamed processor'}, ` +
      `load ${busy} at the end.`,
  ].join('\n')
}

/** Puts a run's section above the older ones. */
export function record(section: string): void {
  const known = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEADER
  const first = known.indexOf('\n## ')
  const [head, rest] = first < 0 ? [HEADER, ''] : [known.slice(0, first), known.slice(first + 1)]
  writeFileSync(FILE, `${head.trimEnd()}\n\n${section.trim()}\n${rest === '' ? '' : `\n${rest}`}`)
}
