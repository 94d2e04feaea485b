import type { Meter, MeteredUnits } from '../../infra/local/aws/gateway/meter.ts'
import type { FunctionReport } from '../../infra/local/client.ts'

/** The work of one function in a period. */
export interface FunctionCount {
  readonly invocations: number
  /** CPU time without the start of its processes. */
  readonly cpuMs: number
  readonly logBytes: number
  /** Round trips in sequence. */
  readonly rounds: number
  /** By `service:Operation`. */
  readonly calls: Readonly<Record<string, { readonly calls: number; readonly parts: number }>>
  readonly reads: MeteredUnits
  readonly writes: MeteredUnits
}

/** By the function's folder. */
export type Counts = Readonly<Record<string, FunctionCount>>

/** `ImportRowsFunction` → `import-rows`. */
const folderOf = (logicalId: string): string =>
  logicalId
    .replace(/Function.*$/, '')
    .replace(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase()

/** A function’s access key, derived from its name as the local service does. */
const keyLetters = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '')

function sum(into: Record<string, number>, units: MeteredUnits): void {
  for (const [where, count] of Object.entries(units)) into[where] = (into[where] ?? 0) + count
}

/** Returns a function that reports what each function did since the last call. */
export function createCounter(look: () => Promise<readonly FunctionReport[]>, meter: Meter) {
  let before = new Map<string, FunctionReport>()
  return async (): Promise<Counts> => {
    const reports = await look()
    const asked = meter.take()
    const counts = reports.map((report) => {
      const last = before.get(report.logicalId)
      const [, caller] = [...asked].find(([key]) => key.endsWith(keyLetters(report.name))) ?? []
      const [reads, writes]: Record<string, number>[] = [{}, {}]
      const calls: Record<string, { calls: number; parts: number }> = {}
      for (const [name, operation] of Object.entries(caller?.operations ?? {})) {
        calls[name] = { calls: operation.calls, parts: operation.parts }
        sum(reads ?? {}, operation.reads)
        sum(writes ?? {}, operation.writes)
      }
      const count: FunctionCount = {
        invocations: report.invocations - (last?.invocations ?? 0),
        cpuMs: (report.workMicroseconds - (last?.workMicroseconds ?? 0)) / 1000,
        logBytes: report.logBytes - (last?.logBytes ?? 0),
        rounds: caller?.rounds ?? 0,
        calls,
        reads: reads ?? {},
        writes: writes ?? {},
      }
      return [folderOf(report.logicalId), count] as const
    })
    before = new Map(reports.map((report) => [report.logicalId, report]))
    return Object.fromEntries(counts)
  }
}

/** The sum of two periods. */
export function plus(a: Counts, b: Counts): Counts {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...names].map((name) => [name, both(a[name], b[name])]))
}

function both(a: FunctionCount | undefined, b: FunctionCount | undefined): FunctionCount {
  const calls: Record<string, { calls: number; parts: number }> = {}
  const [reads, writes]: [Record<string, number>, Record<string, number>] = [{}, {}]
  for (const each of [a, b]) {
    for (const [name, count] of Object.entries(each?.calls ?? {})) {
      const known = calls[name]
      calls[name] = { calls: (known?.calls ?? 0) + count.calls, parts: (known?.parts ?? 0) + count.parts }
    }
    sum(reads, each?.reads ?? {})
    sum(writes, each?.writes ?? {})
  }
  const total = (of: (count: FunctionCount) => number): number =>
    [a, b].reduce((all, each) => all + (each === undefined ? 0 : of(each)), 0)
  return {
    invocations: total((each) => each.invocations),
    cpuMs: total((each) => each.cpuMs),
    logBytes: total((each) => each.logBytes),
    rounds: total((each) => each.rounds),
    calls,
    reads,
    writes,
  }
}

const add = (sum: number, each: number): number => sum + each

export const unitsOf = (units: MeteredUnits): number => Object.values(units).reduce(add, 0)

/** The sum over all functions. */
export function totals(counts: Counts) {
  const all = Object.values(counts)
  const over = (of: (count: FunctionCount) => number): number => all.map(of).reduce(add, 0)
  return {
    cpuMs: over((each) => each.cpuMs),
    calls: over((each) =>
      Object.values(each.calls)
        .map(({ calls }) => calls)
        .reduce(add, 0),
    ),
    reads: over((each) => unitsOf(each.reads)),
    writes: over((each) => unitsOf(each.writes)),
    invocations: over((each) => each.invocations),
    logBytes: over((each) => each.logBytes),
  }
}
