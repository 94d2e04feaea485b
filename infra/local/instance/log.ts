import { createWriteStream } from 'node:fs'

const problemsKept = 100

/** What the studio shows of; all of it is in the file. */
const LINES_KEPT = 2_000

export interface LogLine {
  /** Counts from the start of the service. */
  readonly sequence: number
  /** On the service's clock, ISO 8601. */
  readonly at: string
  /** The function's name, or who else says it. */
  readonly source: string
  readonly text: string
}

/** Lines of so long are one write: thousands come when a file is imported. */
const flushAfterMs = 50

export interface Log {
  /** One line of a function's output, or of what is done for it. */
  line(source: string, text: string): void
  /** Something that shouldn't be so; shown whatever the verbosity. */
  problem(text: string): void
  /** The latest problems, oldest first. */
  problems(): readonly string[]
  /** The latest lines, oldest first. */
  recent(): readonly LogLine[]
  close(): Promise<void>
}

export interface LogOptions {
  readonly file: string
  readonly now: () => Date
  /** Called with each line that is to be seen at once. */
  readonly show: (line: string) => void
  readonly isVerbose: boolean
}

export function openLog(options: LogOptions): Log {
  const stream = createWriteStream(options.file)
  const problems: string[] = []
  const recent: LogLine[] = []
  let sequence = 0
  let isOpen = true
  let pending = ''
  const flush = (): void => {
    if (pending !== '') stream.write(pending)
    pending = ''
  }
  const write = (source: string, text: string): string => {
    const at = options.now().toISOString()
    const line = `${at} [${source}] ${text}`
    recent.push({ sequence: ++sequence, at, source, text })
    // Half of them at a time: one by one, each line would move all others.
    if (recent.length >= 2 * LINES_KEPT) recent.splice(0, LINES_KEPT)
    if (isOpen && pending === '') setTimeout(flush, flushAfterMs)
    if (isOpen) pending += `${line}\n`
    return line
  }
  return {
    line(source, text) {
      const line = write(source, text)
      if (options.isVerbose) options.show(line)
    },
    problem(text) {
      problems.push(text)
      if (problems.length > problemsKept) problems.shift()
      options.show(write('local', text))
    },
    problems: () => problems,
    recent: () => recent.slice(-LINES_KEPT),
    close() {
      isOpen = false
      flush()
      return new Promise((resolve) => stream.end(() => resolve()))
    },
  }
}
