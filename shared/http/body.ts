import { InputError } from '../lib/errors.ts'

/** Bytes. Room for 250 accounts by id and 25 by hand, with the longest names and licences, and some to spare. */
export const MAX_BODY_BYTES = 1024 * 1024

/**
 * Maximum nesting of lists and objects. Bodies of the contract have at most six levels; the limit bounds the
 * recursion of everything that walks a body.
 */
const MAX_JSON_DEPTH = 32

export interface RawBody {
  readonly body?: string | undefined
  readonly isBase64Encoded: boolean
}

/** The media type in lower case, without its parameters; empty if the header is missing. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/**
 * Decodes the body as text.
 * @throws InputError `body_too_large`, or `invalid_json` if the bytes aren't UTF-8
 */
export function readText({ body = '', isBase64Encoded }: RawBody): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MAX_BODY_BYTES) throw new InputError('body_too_large', `${bytes.length} bytes`)
  if (!isBase64Encoded) return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new InputError('invalid_json', 'the body is not UTF-8', [], { cause: error })
  }
}

function isTooDeep(json: string): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (inText) {
      if (sign === '\\') at++
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '[' || sign === '{') {
      if (++depth > MAX_JSON_DEPTH) return true
    } else if (sign === ']' || sign === '}') depth--
  }
  return false
}

/**
 * Parses the body as JSON; `undefined` if there is no body.
 * @throws InputError `unsupported_media_type`, `invalid_json`, `body_too_large`
 */
export function readJson(raw: RawBody, contentType: string | undefined): unknown {
  const text = readText(raw)
  if (text === '') return undefined
  const type = mediaType(contentType)
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type))
    throw new InputError('unsupported_media_type', type)
  if (isTooDeep(text)) throw new InputError('invalid_json', `the body is deeper than ${MAX_JSON_DEPTH}`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError('invalid_json', 'the body does not parse', [], { cause: error })
  }
}
