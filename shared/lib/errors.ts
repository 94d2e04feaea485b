/** One thing that is wrong with an input: `path` points into it (`users.3.email`), `message` is for people. */
export interface InputIssue {
  readonly path: string
  readonly message: string
}

/**
 * Bad input, wherever it came in: 400 in HTTP, a refused row in a CSV, the dead-letter queue for a malformed message.
 * Everything that is expected to be refused for another reason is a return value and not thrown.
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
  /** No try before that can do any better. */
  readonly shortestWaitSeconds?: number
  /** By then it is over: no wait before another try needs to be longer. */
  readonly longestWaitSeconds?: number
}

/** What was asked for was taken in part, or not at all, time after time: throttling that no exception tells of. */
export class BusyError extends Error {
  override readonly name = 'BusyError' as string
  readonly times: BusyTimes

  constructor(message: string, options: ErrorOptions & BusyTimes = {}) {
    super(message, options)
    const { cause: _cause, ...times } = options
    this.times = times
  }
}

/** As `BusyError`, of work that waits for a reason that is known and nobody's fault: no line of the log tells of each. */
export class HeldError extends BusyError {
  override readonly name = 'HeldError'
  /** All work of this kind waits for so long. */
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

/** What can't be parsed stands in the message of the error that says so, in part: that one is told by where it was. */
function told(error: Error): string {
  const { name, message, stack = `${name}: ${message}` } = error
  if (!(error instanceof SyntaxError)) return stack
  return [name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n')
}

/**
 * An error's name, message and stack, and its causes': enough to find it, and nothing of the data it met. DynamoDB's
 * errors hold the items that stood in the way, with everything that is in them.
 */
export function faultOf(error: unknown): { readonly fault: readonly string[] } {
  const fault: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) fault.push(told(at))
  return { fault: fault.length > 0 ? fault : [String(error)] }
}
