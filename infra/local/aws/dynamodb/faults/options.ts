import * as z from 'zod'
import { ExpectedError } from '../../../cli/expected-error.ts'

/** What a call can meet in place of its plain answer. */
export const FAULT_KINDS = [
  /** Another writer's transaction is under way at an item of the call, which changes nothing. */
  'conflict',
  /** Nothing was done, for want of capacity; a transaction is told so as a whole, or of one of its items. */
  'throttle',
  /** 500, and nothing was done. */
  'internalError',
  /** All was done, and the caller is told nothing (the connection breaks) or 500. */
  'lostAnswer',
  /** Some of a batch was done, and the rest comes back unprocessed. */
  'partialBatch',
] as const
/** Faults that any call can meet as a whole. */
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

/** Long for a transaction of AWS's (10 to 25 ms), short for a test that waits for thousands. */
const HOLD_MS = 25
/** AWS's indexes mostly lag by less; no limit is promised. */
const LAG_MS = 150

const optionsSchema = z.strictObject({
  /** The same calls in the same order meet the same faults. */
  seed: number.pipe(z.int().min(0)).default(1),
  /** The share of calls that meet a fault; of which kind is drawn evenly from those that the operation can meet. */
  rate: share.default(0),
  kinds: z
    .string()
    .transform((text) => text.split('+'))
    .pipe(z.array(z.enum(FAULT_KINDS)).min(1))
    .default([...FAULT_KINDS]),
  /** The share of transactions that are held open, and for how long; so long holds another writer's, too. */
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

/** As `parseFaultOptions`, for what a program gives; `kinds` is a list there. */
export function faultOptions({ kinds, ...given }: GivenFaultOptions): FaultOptions {
  const { rate, slow, late, ...rest } = optionsSchema.parse({
    ...given,
    ...(kinds === undefined ? {} : { kinds: kinds.join('+') }),
  })
  return { ...rest, rate, slow: slow ?? rate, late: late ?? rate }
}

/**
 * The setting DYNAMODB_FAULTS: `rate=0.1,seed=7,kinds=conflict+throttle,slow=1,holdMs=50,late=0,lagMs=200`, each with a
 * default; `slow` and `late` follow `rate`. Nothing where it is empty.
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
