import { Buffer } from 'node:buffer'

/**
 * N4: the claim that a mail is about, as SES message tags, which return with its bounce or complaint. A tag's value may
 * only have ASCII letters, digits, `-` and `_`, up to this many.
 */
const MAX_TAG_VALUE_LENGTH = 256
/** The id of an account that was claimed repeatedly doesn't fit into one tag once encoded. */
const TAG_NAMES = ['claim', 'claim_2'] as const

/**
 * Encodes a claim's id as tags.
 * @throws RangeError for an id longer than any claim's
 */
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

/**
 * Decodes the tags that `claimTags` made, as SES reports them: each with a list of values. `undefined`: the mail is
 * about no claim.
 */
export function claimIdOfTags(
  tags: Readonly<Record<string, readonly string[] | undefined>>,
): string | undefined {
  const encoded = TAG_NAMES.map((name) => tags[name]?.[0] ?? '').join('')
  return encoded === '' ? undefined : Buffer.from(encoded, 'base64url').toString()
}
