import type { IncomingMessage } from 'node:http'
import { checkPostPolicy, type PostLimits } from './post-policy.ts'
import type { SecretOf } from './sigv4.ts'
import { ServiceError } from '../emulated-service.ts'

/** S3's limit for everything before the file. */
const MAX_FIELDS_BYTES = 20_000
/** Limit for what follows the file: the end of the form, and fields that are ignored. */
const MAX_TRAILER_BYTES = 20_000

/** S3 replaces this in a field by the name of the file that the browser sends. */
const FILENAME_PLACE = '$' + '{filename}'

/** A checked form upload: what is to be stored, and where. */
export interface PostedObject {
  accessKeyId: string
  key: string
  body: Buffer
  /** Headers of the object. */
  headers: Record<string, string>
  /** 200, 201 or 204, as the form asks. */
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

/** Fields after the file are ignored, as S3 does: everything that decides about an upload comes before it. */
interface FormHead {
  /** By lower-case name. */
  fields: Map<string, string>
  fileStart: number
}

/** The fields before the file; undefined until all of them have arrived. */
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
      // Replaced before the policy is checked, so that a condition sees the name that will be stored.
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
 * Reads a presigned POST while it arrives: its policy is checked before the file is read, and the file's size while
 * it is read. The form is parsed here and not by a library; README.md says why.
 * @throws ServiceError as S3 answers; the rest of the request is then not read
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
