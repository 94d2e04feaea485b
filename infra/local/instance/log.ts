import { createWriteStream } from 'node:fs'

const problemsKept = 100

/** Lines kept for the studio. The file has all of them. */
const LINES_KEPT = 2_000

export interface LogLine {
  /** Counts from the start of the service. */
  readonly sequence: number
  /** On the service's clock, ISO 8601. */
  readonly at: string
  /** The function's name, or the part of the service that wrote the line. */
  readonly source: string
  readonly text: string
}

/** Lines within this time are written together, since an import writes thousands. */
const flushAfterMs = 50

export interface Log {
  /** Writes a line of a function's output, or a line about its work. */
  line(source: string, text: string): void
  /** Writes a problem, which is shown even if the service isn't verbose. */
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
  /** Called with each line that is shown at once. */
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
    // Drops half of the lines at a time. Dropping each by itself would move all others.
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
