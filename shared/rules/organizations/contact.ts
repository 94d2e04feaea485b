/** N5: whether it is a name of the IANA time zone database, in any case; offsets aren't. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    // Intl throws this for an unknown name.
    if (error instanceof RangeError) return false
    throw error
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
