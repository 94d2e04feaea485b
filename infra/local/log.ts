import { createWriteStream } from 'node:fs'

const problemsKept = 100

/** Lines of so long are one write: thousands come when a file is imported. */
const flushAfterMs = 50

export interface Log {
  /** One line of a function's output, or of what is done for it. */
  line(source: string, text: string): void
  /** Something that shouldn't be so; shown whatever the verbosity. */
  problem(text: string): void
  /** The latest problems, oldest first. */
  problems(): readonly string[]
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
  let isOpen = true
  let pending = ''
  const flush = (): void => {
    if (pending !== '') stream.write(pending)
    pending = ''
  }
  const write = (source: string, text: string): string => {
    const line = `${options.now().toISOString()} [${source}] ${text}`
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
    close() {
      isOpen = false
      flush()
      return new Promise((resolve) => stream.end(() => resolve()))
    },
  }
}
