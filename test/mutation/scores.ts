import path from 'node:path'

interface Score {
  readonly folder: string
  readonly mutants: number
  readonly killed: number
  readonly survived: number
  readonly percent: number
}

const KILLED = ['Killed', 'Timeout']
/** Mutants that survived, or that no test reaches. */
const SURVIVED = ['Survived', 'NoCoverage']

/** The killed mutants and all mutants, by folder and in total. Those that weren't tried are left out. */
export function scoresOf(
  files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>,
): Score[] {
  const byFolder = new Map<string, string[]>()
  for (const [file, { mutants }] of Object.entries(files))
    for (const folder of [path.dirname(file), 'all'])
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), ...mutants.map(({ status }) => status)])
  return [...byFolder]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, statuses]) => {
      const count = (kinds: readonly string[]) => statuses.filter((status) => kinds.includes(status)).length
      const [killed, survived] = [count(KILLED), count(SURVIVED)]
      const mutants = killed + survived
      return { folder, mutants, killed, survived, percent: Math.floor((1000 * killed) / mutants) / 10 }
    })
}
