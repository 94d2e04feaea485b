/** N5: whether a text is a name in the IANA time zone database, in any letter case. UTC offsets are not. */
export function isTimeZone(name: string): boolean {
  if (/^[+\-\u2212]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // Intl throws only a RangeError for a text: the name is unknown.
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
