import { Buffer } from 'node:buffer'

/**
 * N4: which claim a mail is about, as SES message tags: they come back with the mail's bounce or complaint. A tag's
 * value may hold ASCII letters, digits, `-` and `_` only, and no more than this many of them.
 */
const MAX_TAG_VALUE_LENGTH = 256
/** The id of an account that was claimed again and again is longer than one tag takes, encoded. */
const TAG_NAMES = ['claim', 'claim_2'] as const

/** @throws RangeError for an id that is longer than any claim's */
export function claimTags(claimId: string): Record<string, string> {
  const encoded = Buffer.from(claimId).toString('base64url')
  if (encoded.length > TAG_NAMES.length * MAX_TAG_VALUE_LENGTH)
    throw new RangeError(`the claim's id takes ${encoded.length} characters`)
  const tags: Record<string, string> = {}
  for (const [n, name] of TAG_NAMES.entries()) {
    const value = encoded.slice(n * MAX_TAG_VALUE_LENGTH, (n + 1) * MAX_TAG_VALUE_LENGTH)
    if (value !== '') tags[name] = value
  }
  return tags
}

/** What `claimTags` made, as SES tells it: each tag with a list of values. `undefined`: the mail is about no claim. */
export function claimIdOfTags(
  tags: Readonly<Record<string, readonly string[] | undefined>>,
): string | undefined {
  const encoded = TAG_NAMES.map((name) => tags[name]?.[0] ?? '').join('')
  return encoded === '' ? undefined : Buffer.from(encoded, 'base64url').toString()
}
