/** One problem of an input: `path` points into it (`users.3.email`), `message` is for people. */
export interface InputIssue {
  readonly path: string
  readonly message: string
}

/**
 * Bad input, from any source: 400 in HTTP, a refused row in a CSV, the dead-letter queue for a malformed message. All
 * other expected refusals are return values.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code: string
  readonly issues: readonly InputIssue[]

  constructor(code: string, message: string, issues: readonly InputIssue[] = [], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.issues = issues
  }
}

export interface BusyTimes {
  /** An earlier attempt can't succeed. */
  readonly shortestWaitSeconds?: number
  /** By then the cause is gone, so waiting longer is pointless. */
  readonly longestWaitSeconds?: number
}

/** Something was throttled or refused repeatedly, in a way that no SDK exception reports. */
export class BusyError extends Error {
  override readonly name = 'BusyError' as string
  readonly times: BusyTimes

  constructor(message: string, options: ErrorOptions & BusyTimes = {}) {
    super(message, options)
    const { cause: _cause, ...times } = options
    this.times = times
  }
}

/** A `BusyError` whose cause is known and nobody's fault (a quota, a pause). It isn't logged for each message. */
export class HeldError extends BusyError {
  override readonly name = 'HeldError'
  /** How long all work of this kind has to wait. */
  readonly allForMs: number | undefined

  constructor(message: string, options: BusyTimes & { readonly allForMs?: number } = {}) {
    const { allForMs, ...times } = options
    super(message, times)
    this.allForMs = allForMs
  }
}

/** For the `default` of a switch over a closed union: a new member is a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/**
 * The stack of an error. A SyntaxError's message quotes the text that couldn't be parsed, so only its position is kept.
 */
function describe(error: Error): string {
  const { name, message, stack = `${name}: ${message}` } = error
  if (!(error instanceof SyntaxError)) return stack
  return [name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n')
}

/**
 * The name, message and stack of an error and of its causes, for the log. Nothing else of them is logged: DynamoDB's
 * errors hold whole items.
 */
export function faultOf(error: unknown): { readonly fault: readonly string[] } {
  const fault: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) fault.push(describe(at))
  return { fault: fault.length > 0 ? fault : [String(error)] }
}
