import * as z from 'zod'
import { parseAmzDate, type SecretOf, signatureMismatch, signerOf } from './sigv4.ts'
import { ServiceError } from '../emulated-service.ts'

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

/** The sizes that the policy allows. */
export interface PostLimits {
  minBytes: number
  maxBytes: number
}

/** Fields that no condition has to name, according to S3's documentation. */
const FREE_FIELDS = new Set(['policy', 'x-amz-signature', 'file'])
const FREE_PREFIX = 'x-ignore-'

/** The fields of a signature. S3 asks for the first one that is missing. */
const SIGNING_FIELDS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']
const ALGORITHM = 'AWS4-HMAC-SHA256'

function parsePolicy(encoded: string): z.output<typeof policyDocument> {
  try {
    return policyDocument.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  } catch {
    throw new ServiceError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.')
  }
}

const refused = (reason: string) =>
  new ServiceError('AccessDenied', `Invalid according to Policy: ${reason}`, 403)

const argument = (message: string) => new ServiceError('InvalidArgument', message)

/** Checks the signature's fields: all are present, and they name the same day, S3, and the only algorithm. */
function checkSigningFields(fields: ReadonlyMap<string, string>): void {
  const missing = SIGNING_FIELDS.find((name) => (fields.get(name) ?? '') === '')
  if (missing !== undefined)
    throw argument(
      `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
    )
  if (fields.get('x-amz-algorithm') !== ALGORITHM)
    throw argument('Only AWS4-HMAC-SHA256 is supported for this request')
  const date = fields.get('x-amz-date') ?? ''
  const [, day, region, service, terminator, ...more] = (fields.get('x-amz-credential') ?? '').split('/')
  const whole = region !== undefined && region !== '' && more.length === 0
  if (
    !whole ||
    service !== 's3' ||
    terminator !== 'aws4_request' ||
    Number.isNaN(parseAmzDate(date)) ||
    day !== date.slice(0, 8)
  ) {
    throw argument(
      'The Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
}

type Condition = z.output<typeof policyDocument>['conditions'][number]

/** A condition as `[operator, field, expected]`. The object form may have several fields. */
function comparisons(condition: Condition): [operator: string, field: string, expected: string][] {
  if (!Array.isArray(condition))
    return Object.entries(condition).map(([field, expected]) => ['eq', field.toLowerCase(), expected])
  const [operator, field, expected] = condition
  return [[operator.toLowerCase(), String(field).replace(/^\$/, '').toLowerCase(), String(expected)]]
}

function checkCondition(
  [operator, field, expected]: [string, string, string],
  sent: (field: string) => string | undefined,
): void {
  if (operator !== 'eq' && operator !== 'starts-with') {
    throw new ServiceError('InvalidPolicyDocument', `Invalid Policy: Invalid condition operator ${operator}.`)
  }
  const value = sent(field)
  // A field that wasn't sent meets no condition, not even one that any value would meet.
  const holds = value !== undefined && (operator === 'eq' ? value === expected : value.startsWith(expected))
  if (!holds)
    throw refused(`Policy Condition failed: ["${operator}", "$${field}", ${JSON.stringify(expected)}]`)
}

/**
 * Checks a form's fields (names in lower case, `${filename}` replaced) against the policy among them: its expiry on
 * the service's clock, its signature if the signer's secret is known, each condition, and that every field has one.
 * @throws ServiceError as S3 answers
 */
export async function checkPostPolicy(
  bucket: string,
  fields: ReadonlyMap<string, string>,
  now: Date,
  secretOf: SecretOf,
): Promise<PostLimits> {
  const encoded = fields.get('policy')
  if (encoded === undefined) throw new ServiceError('AccessDenied', 'Access Denied', 403)
  checkSigningFields(fields)
  const credential = fields.get('x-amz-credential') ?? ''
  const secret = secretOf(credential.split('/')[0] ?? '')
  const signedAt = parseAmzDate(fields.get('x-amz-date') ?? '')
  if (secret !== undefined) {
    const signature = await signerOf(credential, secret).sign(encoded, { signingDate: new Date(signedAt) })
    if (fields.get('x-amz-signature') !== signature) throw signatureMismatch()
  }
  const policy = parsePolicy(encoded)
  const tooOld = now.getTime() > signedAt + MAX_POLICY_AHEAD_MS
  if (now > policy.expiration || tooOld) throw refused('Policy expired.')

  const named = new Set<string>()
  const limits: PostLimits = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY }
  // The URL names the bucket, whether or not the form repeats it.
  const sent = (field: string) => (field === 'bucket' ? bucket : fields.get(field))
  for (const condition of policy.conditions) {
    if (Array.isArray(condition) && condition[0] === 'content-length-range') {
      limits.minBytes = Math.max(limits.minBytes, Number(condition[1]))
      limits.maxBytes = Math.min(limits.maxBytes, Number(condition[2]))
      continue
    }
    for (const comparison of comparisons(condition)) {
      checkCondition(comparison, sent)
      named.add(comparison[1])
    }
  }
  const extra = [...fields.keys()].filter(
    (field) => !named.has(field) && !FREE_FIELDS.has(field) && !field.startsWith(FREE_PREFIX),
  )
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`)
  return limits
}
