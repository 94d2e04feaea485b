/** What whoever starts the service can mend: it is told in one line, without a stack. */
export class ExpectedError extends Error {
  override name = 'ExpectedError'
}

/** A file or folder that can't be used is no fault of the service's either. */
const fileFaults = new Set(['EACCES', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'])

function isFileFault(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && fileFaults.has(error.code) && 'path' in error
}

/** What went wrong: in one line where it was to be expected, with its stack where it is a fault of ours. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ExpectedError || isFileFault(error)) return error.message.replaceAll(/\s*\n\s*/g, ' ')
  return error.stack ?? error.message
}
