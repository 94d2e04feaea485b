import * as z from 'zod'
import { ExpectedError } from '../../../cli/expected-error.ts'

/** The kinds of faults that a call can meet. */
export const FAULT_KINDS = [
  /** Another writer's transaction holds an item of the call. Nothing is changed. */
  'conflict',
  /** Throttled, and nothing is done. A transaction is refused as a whole, or because of one item. */
  'throttle',
  /** Answered 500, and nothing is done. */
  'internalError',
  /** Everything is done, but the connection breaks or the answer is 500. */
  'lostAnswer',
  /** Part of a batch is done, and the rest is returned as unprocessed. */
  'partialBatch',
] as const
/** Faults that can meet any call as a whole. */
export const CALL_FAULTS = ['throttle', 'internalError', 'lostAnswer'] as const satisfies FaultKind[]
/** Faults of a call that writes items, or reads them in a transaction. */
export const WRITE_FAULTS = ['conflict', ...CALL_FAULTS] as const satisfies FaultKind[]
export type FaultKind = (typeof FAULT_KINDS)[number]

const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
])
const share = number.pipe(z.number().min(0).max(1))
const milliseconds = number.pipe(z.int().min(0).max(60_000))

/** Longer than a usual transaction on AWS (10 to 25 ms), and short enough for tests that wait for thousands. */
const HOLD_MS = 25
/** More than the usual lag of AWS's indexes, for which no limit is promised. */
const LAG_MS = 150

const optionsSchema = z.strictObject({
  /** With the same seed, the same calls in the same order meet the same faults. */
  seed: number.pipe(z.int().min(0)).default(1),
  /** The share of calls that meet a fault. The kind is drawn evenly from those that the operation can meet. */
  rate: share.default(0),
  kinds: z
    .string()
    .transform((text) => text.split('+'))
    .pipe(z.array(z.enum(FAULT_KINDS)).min(1))
    .default([...FAULT_KINDS]),
  /** The share of transactions that are held open. `holdMs` is how long, for another writer's transactions too. */
  slow: share.optional(),
  holdMs: milliseconds.default(HOLD_MS),
  /** The share of index reads that are answered as of `lagMs` ago. */
  late: share.optional(),
  lagMs: milliseconds.default(LAG_MS),
})

export interface FaultOptions extends Omit<z.output<typeof optionsSchema>, 'slow' | 'late'> {
  readonly slow: number
  readonly late: number
}

export type GivenFaultOptions = { readonly [Name in keyof FaultOptions]?: FaultOptions[Name] | undefined }

/** Options given by a program: like `parseFaultOptions`, with `kinds` as a list. */
export function faultOptions({ kinds, ...given }: GivenFaultOptions): FaultOptions {
  const { rate, slow, late, ...rest } = optionsSchema.parse({
    ...given,
    ...(kinds === undefined ? {} : { kinds: kinds.join('+') }),
  })
  return { ...rest, rate, slow: slow ?? rate, late: late ?? rate }
}

/**
 * Parses `DYNAMODB_FAULTS`: `rate=0.1,seed=7,kinds=conflict+throttle,slow=1,holdMs=50,late=0,lagMs=200`. Each option
 * has a default; `slow` and `late` default to `rate`. Returns `undefined` for an empty text.
 * @throws ExpectedError that names the setting
 */
export function parseFaultOptions(text: string | undefined): FaultOptions | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const pairs = text.split(',').map((pair) => {
    const [name = '', value = ''] = pair.trim().split('=', 2)
    return [name, value] as const
  })
  const given = Object.fromEntries(pairs)
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) throw new ExpectedError(`DYNAMODB_FAULTS: ${z.prettifyError(parsed.error)}`)
  return faultOptions(parsed.data)
}
