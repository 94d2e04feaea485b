import { isUtf8 } from 'node:buffer'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'
export type TextFault = 'invalid_encoding' | 'binary_file'

export interface Decoded {
  /** The whole characters so far, as UTF-8. A character that the chunk's border cuts comes with the next chunk. */
  readonly utf8: Buffer
  /** What comes right after `utf8` is no text; nothing may be decoded after that. */
  readonly fault?: TextFault
}

export interface Decoder {
  decode(chunk: Uint8Array): Decoded
  /** @returns the fault if the file ends within a character */
  end(): TextFault | undefined
}

const NUL = 0

/**
 * Checked UTF-8 out of the file's bytes, chunk by chunk. Node's own decoders would put U+FFFD for what is invalid,
 * which in a list of people is a name that is quietly wrong.
 */
export function createDecoder(encoding: Encoding): Decoder {
  const decodeWhole =
    encoding === 'utf-8' ? checkUtf8 : encoding === 'utf-16le' ? fromUtf16 : fromUtf16Swapped
  const cutLength = encoding === 'utf-8' ? cutUtf8 : encoding === 'utf-16le' ? cutUtf16(1) : cutUtf16(0)
  let carry: Buffer = Buffer.alloc(0)
  return {
    decode(chunk) {
      const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : asBuffer(chunk)
      const whole = bytes.length - cutLength(bytes)
      carry = bytes.subarray(whole)
      return decodeWhole(bytes.subarray(0, whole))
    },
    end: () => (carry.length > 0 ? 'invalid_encoding' : undefined),
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

function checkUtf8(bytes: Buffer): Decoded {
  const nul = bytes.indexOf(NUL)
  const text = nul < 0 ? bytes : bytes.subarray(0, nul)
  if (!isUtf8(text)) return { utf8: text.subarray(0, validLength(text)), fault: 'invalid_encoding' }
  return nul < 0 ? { utf8: text } : { utf8: text, fault: 'binary_file' }
}

/** Length of the longest valid beginning, given that the whole is invalid. */
function validLength(bytes: Buffer): number {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    const head = bytes.subarray(0, middle)
    if (isUtf8(head.subarray(0, middle - cutUtf8(head)))) valid = middle
    else invalid = middle
  }
  return valid - cutUtf8(bytes.subarray(0, valid))
}

function fromUtf16(bytes: Buffer): Decoded {
  const text = bytes.toString('utf16le')
  const nul = text.indexOf('\0')
  const legible = nul < 0 ? text : text.slice(0, nul)
  if (!legible.isWellFormed()) {
    return { utf8: Buffer.from(legible.slice(0, wellFormedLength(legible))), fault: 'invalid_encoding' }
  }
  return nul < 0 ? { utf8: Buffer.from(text) } : { utf8: Buffer.from(legible), fault: 'binary_file' }
}

const fromUtf16Swapped = (bytes: Buffer): Decoded => fromUtf16(Buffer.from(bytes).swap16())

/** UTF-16 units before the first unpaired surrogate. */
function wellFormedLength(text: string): number {
  const mended = text.toWellFormed()
  let length = 0
  while (text.charCodeAt(length) === mended.charCodeAt(length)) length++
  return length
}

/** Bytes at the end, at most 3, that begin a character which they don't complete. */
function cutUtf8(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    const continues = (byte & 0b1100_0000) === 0b1000_0000
    if (continues) continue
    const length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/**
 * As `cutUtf8`, for UTF-16: half a unit, half a pair of surrogates, or both.
 * @param high where in a unit its high byte stands
 */
const cutUtf16 =
  (high: 0 | 1) =>
  (bytes: Buffer): number => {
    const half = bytes.length % 2
    const lastUnit = bytes.length - half - 2
    const opensPair = lastUnit >= 0 && ((bytes[lastUnit + high] ?? 0) & 0b1111_1100) === 0b1101_1000
    return opensPair ? half + 2 : half
  }
