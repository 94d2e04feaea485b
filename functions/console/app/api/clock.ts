/**
 * The service's clock minus this machine's, taken from the `Date` of answers. What is due is decided by the service's
 * clock, and this machine's may be wrong.
 */
let offsetMs = 0

export function noteServiceTime(date: string | null): void {
  const at = Date.parse(date ?? '')
  if (!Number.isNaN(at)) offsetMs = at - Date.now()
}

export const serviceNow = (): Date => new Date(Date.now() + offsetMs)
