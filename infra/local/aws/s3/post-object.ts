import type { IncomingMessage } from 'node:http'
import { checkPostPolicy, type PostLimits } from './post-policy.ts'
import type { SecretOf } from './sigv4.ts'
import { ServiceError } from '../emulated-service.ts'

/** S3 takes no more than this before the file begins. */
const MAX_FIELDS_BYTES = 20_000
/** Besides the file: its part's end, and fields after it, which are ignored. */
const MAX_TRAILER_BYTES = 20_000

/** Where a field stands for the name of the file that the browser sends. */
const FILENAME_PLACE = '$' + '{filename}'

/** A browser's form upload, checked: what is to be put where. */
export interface PostedObject {
  accessKeyId: string
  key: string
  body: Buffer
  /** Of the object. */
  headers: Record<string, string>
  /** 200, 201 or 204, as the form wishes. */
  status: number
  redirect?: string
}

const malformed = () =>
  new ServiceError(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  )

const noKey = () =>
  new ServiceError(
    'InvalidArgument',
    "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
  )

/** The fields after the file are ignored: whatever has to be known of an upload stands before it. */
interface FormHead {
  /** By lower-case name. */
  fields: Map<string, string>
  fileStart: number
}

/** The fields before the file, once they are all there; undefined while they aren't. */
function readFields(form: Buffer, delimiter: Buffer): FormHead | undefined {
  const fields = new Map<string, string>()
  let at = form.indexOf(delimiter)
  while (at >= 0) {
    const headEnd = form.indexOf('\r\n\r\n', at)
    if (headEnd < 0) return undefined
    const head = form.toString('utf8', at + delimiter.length, headEnd)
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1]?.toLowerCase()
    if (name === undefined) throw malformed()
    if (name === 'file') {
      const path = /;\s*filename="([^"]*)"/i.exec(head)?.[1] ?? ''
      const filename = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
      // Filled in before the policy is looked at, so that a condition sees what will be stored.
      for (const [field, value] of fields) fields.set(field, value.replaceAll(FILENAME_PLACE, filename))
      return { fields, fileStart: headEnd + 4 }
    }
    const next = form.indexOf(delimiter, headEnd)
    if (next < 0) return undefined
    fields.set(name, form.toString('utf8', headEnd + 4, next - 2))
    at = next
  }
  return undefined
}

function checkSize(bytes: number, { minBytes, maxBytes }: PostLimits): void {
  if (bytes > maxBytes)
    throw new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
  if (bytes < minBytes)
    throw new ServiceError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size')
}

function objectHeaders(fields: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': fields.get('content-type') ?? 'binary/octet-stream',
  }
  for (const [name, value] of fields) {
    if (name.startsWith('x-amz-meta-') || name === 'cache-control' || name === 'content-disposition')
      headers[name] = value
  }
  return headers
}

/**
 * Reads a presigned POST as it comes in and holds it against its policy before the file is taken, and against the
 * policy's size while it is. Throws the ServiceError that S3 answers; the rest of the request is then not read.
 */
export async function readPost(
  request: IncomingMessage,
  bucket: string,
  o: { now: Date; secretOf: SecretOf; maxBytes: number },
): Promise<PostedObject> {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(request.headers['content-type'] ?? '')
  const name = boundary?.[1] ?? boundary?.[2]
  if (name === undefined) throw malformed()
  const delimiter = Buffer.from(`--${name}`)
  const chunks: Buffer[] = []
  let bytes = 0
  let head: FormHead | undefined
  let limits: PostLimits = { minBytes: 0, maxBytes: o.maxBytes }
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw malformed()
    chunks.push(chunk)
    bytes += chunk.length
    if (head === undefined) {
      const soFar = Buffer.concat(chunks, bytes)
      head = readFields(soFar, delimiter)
      if ((head?.fileStart ?? bytes) > MAX_FIELDS_BYTES) {
        throw new ServiceError(
          'MaxPostPreDataLengthExceeded',
          'Your POST request fields preceding the upload file were too large.',
        )
      }
      if (head !== undefined) {
        if (!head.fields.has('key')) throw noKey()
        const policy = await checkPostPolicy(bucket, head.fields, o.now, o.secretOf)
        limits = { ...policy, maxBytes: Math.min(policy.maxBytes, o.maxBytes) }
      }
    }
    if (head !== undefined && bytes - head.fileStart > limits.maxBytes + MAX_TRAILER_BYTES)
      checkSize(Number.POSITIVE_INFINITY, limits)
  }
  if (head === undefined)
    throw new ServiceError('InvalidArgument', 'POST requires exactly one file upload per request.')
  const form = Buffer.concat(chunks, bytes)
  const end = form.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), head.fileStart)
  if (end < 0) throw malformed()
  const body = form.subarray(head.fileStart, end)
  checkSize(body.length, limits)

  const { fields } = head
  const key = fields.get('key')
  if (key === undefined) throw noKey()
  const status = Number(fields.get('success_action_status'))
  const redirect = fields.get('success_action_redirect')
  return {
    accessKeyId: fields.get('x-amz-credential')?.split('/')[0] ?? '',
    key,
    body,
    headers: objectHeaders(fields),
    status: status === 200 || status === 201 ? status : 204,
    ...(redirect === undefined || !URL.canParse(redirect) ? {} : { redirect }),
  }
}
