/** An error that the user can fix. It is shown in one line, without a stack. */
export class ExpectedError extends Error {
  override name = 'ExpectedError'
}

/** File system errors that the user can fix as well. */
const fileFaults = new Set(['EACCES', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'])

function isFileFault(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && fileFaults.has(error.code) && 'path' in error
}

/** Describes an error: an expected one in one line, any other with its stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ExpectedError || isFileFault(error)) return error.message.replaceAll(/\s*\n\s*/g, ' ')
  return error.stack ?? error.message
}
