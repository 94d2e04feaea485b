import { isAscii, isUtf8 } from 'node:buffer'
import type { Encoding } from '../rules/enumerations.ts'

export type TextFault = 'invalid_encoding' | 'binary_file'

export interface Decoded {
  /** The complete characters, as UTF-8. A character cut by the chunk's end comes with the next chunk. */
  readonly utf8: Buffer
  /** The bytes right after `utf8` aren't text; nothing may be decoded after that. */
  readonly fault?: TextFault
  /** The text isn't UTF-8 as assumed, but may well be Windows-1252 (I1). */
  readonly mayBeWindows1252?: boolean
}

export interface Decoder {
  decode(chunk: Uint8Array): Decoded
  /** @returns the fault if the file ends within a character */
  end(): TextFault | undefined
}

const NUL = 0

/**
 * Decodes a file's bytes to UTF-8, chunk by chunk, and stops at invalid input. Node's decoders would replace it by
 * U+FFFD, which silently corrupts names.
 */
export function createDecoder(encoding: Encoding): Decoder {
  const { decodeWhole, cutLength } = codecs[encoding]
  let carry: Buffer = Buffer.alloc(0)
  let isAsciiSoFar = true
  return {
    decode(chunk) {
      const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : asBuffer(chunk)
      const whole = bytes.length - cutLength(bytes)
      carry = bytes.subarray(whole)
      const decoded = decodeWhole(bytes.subarray(0, whole))
      if (encoding !== 'utf-8') return decoded
      isAsciiSoFar &&= isAscii(decoded.utf8)
      return decoded.fault === 'invalid_encoding' && isAsciiSoFar
        ? { ...decoded, mayBeWindows1252: !isDamagedUtf8(bytes, decoded.utf8.length) }
        : decoded
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

/** The length of the longest valid prefix of bytes that are invalid as a whole. */
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

/** The number of UTF-16 units before the first unpaired surrogate. */
function wellFormedLength(text: string): number {
  const mended = text.toWellFormed()
  let length = 0
  while (text.charCodeAt(length) === mended.charCodeAt(length)) length++
  return length
}

/** The number of bytes at the end, at most 3, of an incomplete character. */
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
 * As `cutUtf8`, for UTF-16: half a unit, half a surrogate pair, or both.
 * @param high index of the high byte in a unit
 */
const cutUtf16 =
  (high: 0 | 1) =>
  (bytes: Buffer): number => {
    const half = bytes.length % 2
    const lastUnit = bytes.length - half - 2
    const opensPair = lastUnit >= 0 && ((bytes[lastUnit + high] ?? 0) & 0b1111_1100) === 0b1101_1000
    return opensPair ? half + 2 : half
  }

/**
 * Windows-1252's characters 0x80 to 0x9f, where Latin-1 has control characters; `\0` for the five that are undefined.
 */
const WINDOWS_1252_HIGH = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'
const C1_CONTROLS = /[\u0080-\u009f]/g
const C1_START = 0x80

/** Not by `TextDecoder`, whose Windows-1252 is Latin-1 in some versions of Node. */
function fromWindows1252(bytes: Buffer): Decoded {
  const nul = bytes.indexOf(NUL)
  const latin = bytes.toString('latin1', 0, nul < 0 ? undefined : nul)
  const text = latin.replace(C1_CONTROLS, (char) => WINDOWS_1252_HIGH[char.charCodeAt(0) - C1_START] ?? '\0')
  const undefinedAt = text.indexOf('\0')
  if (undefinedAt >= 0) return { utf8: Buffer.from(text.slice(0, undefinedAt)), fault: 'invalid_encoding' }
  return nul < 0 ? { utf8: Buffer.from(text) } : { utf8: Buffer.from(text), fault: 'binary_file' }
}

interface Codec {
  readonly decodeWhole: (bytes: Buffer) => Decoded
  /** The number of bytes at the end that the next chunk completes. */
  readonly cutLength: (bytes: Buffer) => number
}

const codecs: Readonly<Record<Encoding, Codec>> = {
  'utf-8': { decodeWhole: checkUtf8, cutLength: cutUtf8 },
  'utf-16le': { decodeWhole: fromUtf16, cutLength: cutUtf16(1) },
  'utf-16be': { decodeWhole: fromUtf16Swapped, cutLength: cutUtf16(0) },
  'windows-1252': { decodeWhole: fromWindows1252, cutLength: () => 0 },
}

/** The number of continuation bytes after a UTF-8 lead byte. */
const continuationsOf = (lead: number): number => (lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1)

/**
 * Whether the invalid byte is a lead byte with all its continuations, which only damaged UTF-8 has. Text with one, or
 * with UTF-8 before it, isn't Windows-1252, and decoding it as such would garble names.
 */
function isDamagedUtf8(bytes: Buffer, fault: number): boolean {
  const lead = bytes[fault] ?? 0
  if (lead < 0xc2 || lead > 0xf4) return false
  const behind = bytes.subarray(fault + 1, fault + 1 + continuationsOf(lead))
  return behind.length > 0 && behind.every((byte) => (byte & 0b1100_0000) === 0b1000_0000)
}
