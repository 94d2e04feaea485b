/** The service's clock against this machine's, from the answers' `Date`: it decides what is due, whatever is set here. */
let offsetMs = 0

export function noteServiceTime(date: string | null): void {
  const at = Date.parse(date ?? '')
  if (!Number.isNaN(at)) offsetMs = at - Date.now()
}

export const serviceNow = (): Date => new Date(Date.now() + offsetMs)
