import * as z from 'zod'
import { parseAmzDate, type SecretOf, sameSignature, signatureOf } from './sigv4.ts'
import { ServiceError } from './stand-in.ts'

const MAX_POLICY_AHEAD_MS = 7 * 24 * 3_600_000

const policyDocument = z.object({
  expiration: z.iso.datetime().transform((text) => new Date(text)),
  conditions: z.array(
    z.union([
      z.record(z.string(), z.coerce.string()),
      z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.string(), z.string(), z.coerce.string()]),
    ]),
  ),
})

/** What a form upload is allowed to be, after its policy. */
export interface PostLimits {
  minBytes: number
  maxBytes: number
}

/** Fields that no condition has to name. */
const FREE_FIELDS = new Set(['policy', 'x-amz-signature', 'file', 'bucket'])

function parsePolicy(encoded: string): z.output<typeof policyDocument> {
  try {
    return policyDocument.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  } catch {
    throw new ServiceError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.')
  }
}

const refused = (reason: string) =>
  new ServiceError('AccessDenied', `Invalid according to Policy: ${reason}`, 403)

/**
 * Holds the fields of a form upload (names in lower case) against the policy among them: its expiry on the service's
 * clock, its signature where the signer's secret is known, and each condition. Throws what S3 answers.
 */
export function checkPostPolicy(
  bucket: string,
  fields: ReadonlyMap<string, string>,
  now: Date,
  secretOf: SecretOf,
): PostLimits {
  const encoded = fields.get('policy')
  const credential = fields.get('x-amz-credential') ?? ''
  if (encoded === undefined) throw new ServiceError('AccessDenied', 'Access Denied', 403)
  const secret = secretOf(credential.split('/')[0] ?? '')
  if (
    secret !== undefined &&
    !sameSignature(fields.get('x-amz-signature') ?? '', signatureOf(encoded, secret, credential))
  ) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      403,
    )
  }
  const policy = parsePolicy(encoded)
  const signedAt = parseAmzDate(fields.get('x-amz-date') ?? '')
  const tooOld = now.getTime() > signedAt + MAX_POLICY_AHEAD_MS
  if (now > policy.expiration || tooOld) throw refused('Policy expired.')

  const named = new Set<string>()
  const limits: PostLimits = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY }
  const valueIn = (field: string) => (field === 'bucket' ? bucket : (fields.get(field) ?? ''))
  const require = (operator: string, field: string, expected: string) => {
    named.add(field)
    const value = valueIn(field)
    const holds =
      operator === 'starts-with' ? value.startsWith(expected) : operator === 'eq' && value === expected
    if (!holds)
      throw refused(`Policy Condition failed: ["${operator}", "$${field}", ${JSON.stringify(expected)}]`)
  }
  for (const condition of policy.conditions) {
    if (!Array.isArray(condition)) {
      for (const [field, expected] of Object.entries(condition)) require('eq', field.toLowerCase(), expected)
    } else if (condition[0] === 'content-length-range') {
      limits.minBytes = Math.max(limits.minBytes, Number(condition[1]))
      limits.maxBytes = Math.min(limits.maxBytes, Number(condition[2]))
    } else {
      require(condition[0].toLowerCase(), String(condition[1]).replace(/^\$/, '').toLowerCase(), String(
        condition[2],
      ))
    }
  }
  const extra = [...fields.keys()].filter(
    (field) => !named.has(field) && !FREE_FIELDS.has(field) && !field.startsWith('x-ignore-'),
  )
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`)
  return limits
}
