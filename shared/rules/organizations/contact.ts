/** N5: whether it is a name of the IANA time zone database, in any case; offsets aren't. */
export function isTimeZone(name: string): boolean {
  if (/^[+\-\u2212]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // A RangeError for an unknown name; of a text Intl throws nothing else.
    return false
  }
}

/**
 * N5: whether it is an https URL that people can be sent to. User name and password are refused, since they can
 * disguise the host.
 */
export function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && !/\s/.test(text)
}
