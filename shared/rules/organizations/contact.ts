/** N5: whether times can be told in it: a name of the IANA database, in any case, and no offset. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    // What Intl throws at a name that it doesn't know.
    if (error instanceof RangeError) return false
    throw error
  }
}

/** N5: a page that people can be sent to. Without a user's name or a password, which could make another host look like one's own. */
export function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && !/\s/.test(text)
}
