/**
 * Plays the changes again that `effects` gave up on: Lambda stores their batches in the bucket. The changes of an
 * item are played in their order. Everything that follows from a change has a name derived from it (audit entries,
 * mails, schedules, events). So what exists already stays as it is, and a change that comes late adds what is missing
 * and undoes nothing.
 */
import * as z from 'zod'

/** Maximum of batches in memory, since each has up to 6 MB. */
const WINDOW = 20
/** Maximum of records per event, as the stream has it. */
const MAX_RECORDS = 100
/** Lambda's limit for an event is 6 MB. */
const MAX_BYTES = 5_000_000

const record = z.looseObject({
  dynamodb: z.looseObject({ Keys: z.record(z.string(), z.unknown()), SequenceNumber: z.string() }),
})
export type ChangeRecord = z.infer<typeof record>

const event = z.object({ Records: z.array(record) })
const invocationRecord = z.looseObject({
  // The event as text, or as an object: AWS's documentation leaves it open.
  payload: z.preprocess((value) => (typeof value === 'string' ? JSON.parse(value) : value), event),
})

export interface FailedBatches {
  /** The keys of all stored batches. */
  keys(): Promise<readonly string[]>
  read(key: string): Promise<string>
  remove(key: string): Promise<void>
  /** Has the function handle the records. Resolves with the failure, if there was one. */
  play(records: readonly ChangeRecord[]): Promise<string | undefined>
}

export interface EffectsRedriven {
  readonly batches: number
  readonly records: number
  /** Batches that stay, since a record in them still fails or can't be read. */
  readonly left: number
  /** The failures, each once. */
  readonly faults: readonly string[]
}

interface Batch {
  readonly key: string
  readonly records: readonly ChangeRecord[]
}

/** `…/2026-11-26T12.30.59-UUID` → `2026-11-26T12.30.59`. Batches stored in the same second may be in any order. */
const secondOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).slice(0, 19)

const itemOf = ({ dynamodb: { Keys } }: ChangeRecord): string =>
  JSON.stringify(Object.entries(Keys).sort(([a], [b]) => (a < b ? -1 : 1)))

const bySequence = (a: ChangeRecord, b: ChangeRecord): number => {
  const difference = BigInt(a.dynamodb.SequenceNumber) - BigInt(b.dynamodb.SequenceNumber)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Divides keys into windows in order of time. The keys of one second stay together. */
function* windowsOf(keys: readonly string[]): Generator<string[]> {
  const sorted = [...keys].sort((a, b) => (secondOf(a) < secondOf(b) ? -1 : 1))
  let window: string[] = []
  for (const key of sorted) {
    const last = window.at(-1)
    if (last !== undefined && window.length >= WINDOW && secondOf(last) !== secondOf(key)) {
      yield window
      window = []
    }
    window.push(key)
  }
  if (window.length > 0) yield window
}

function* chunksOf(records: readonly ChangeRecord[]): Generator<ChangeRecord[]> {
  let chunk: ChangeRecord[] = []
  let bytes = 0
  for (const each of records) {
    const size = Buffer.byteLength(JSON.stringify(each))
    if (chunk.length > 0 && (chunk.length >= MAX_RECORDS || bytes + size > MAX_BYTES)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(each)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

export async function redriveEffects(batches: FailedBatches): Promise<EffectsRedriven> {
  /** Items with a change that still fails. Their later changes have to wait for it. */
  const held = new Set<string>()
  const faults = new Set<string>()
  const keys = await batches.keys()
  let done = 0
  let played = 0

  /**
   * Plays records and returns those that were handled. A chunk that fails is halved until the failing record is
   * alone.
   */
  async function play(records: readonly ChangeRecord[]): Promise<ChangeRecord[]> {
    const free = records.filter((each) => !held.has(itemOf(each)))
    const [first] = free
    if (first === undefined) return []
    const fault = await batches.play(free)
    if (fault === undefined) return free
    if (free.length === 1) {
      held.add(itemOf(first))
      faults.add(fault)
      return []
    }
    const middle = Math.ceil(free.length / 2)
    return [...(await play(free.slice(0, middle))), ...(await play(free.slice(middle)))]
  }

  async function open(key: string): Promise<Batch[]> {
    try {
      return [{ key, records: invocationRecord.parse(JSON.parse(await batches.read(key))).payload.Records }]
    } catch {
      faults.add(`${key} can't be read`)
      return []
    }
  }

  for (const window of windowsOf(keys)) {
    const opened: Batch[] = []
    for (const key of window) opened.push(...(await open(key)))
    const handled = new Set<ChangeRecord>()
    for (const chunk of chunksOf(opened.flatMap(({ records }) => records).sort(bySequence))) {
      for (const each of await play(chunk)) handled.add(each)
    }
    played += handled.size
    for (const { key, records } of opened) {
      if (!records.every((each) => handled.has(each))) continue
      await batches.remove(key)
      done += 1
    }
  }
  return { batches: done, records: played, left: keys.length - done, faults: [...faults] }
}
