/** What a raw mail says, as far as the inbox shows it. */
export interface ParsedMail {
  headers: Map<string, string>
  text: string
  html: string
}

const MAX_NESTING = 5

function decodeBytes(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}

function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/=[ \t]*\r?\n/g, '')
  return Buffer.from(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** `=?charset?B?…?=` and `=?charset?Q?…?=` (RFC 2047). */
export function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?([^?]+)\?([bBqQ])\?([^?]*)\?=/g, (_, charset: string, encoding: string, text: string) =>
      decodeBytes(
        encoding.toUpperCase() === 'B'
          ? Buffer.from(text, 'base64')
          : decodeQuotedPrintable(text.replaceAll('_', ' ')),
        charset,
      ),
    )
}

function splitHead(raw: string): { headers: Map<string, string>; body: string } {
  const [whole = '', head = ''] = /^([\s\S]*?)\r?\n\r?\n/.exec(raw) ?? [raw, raw]
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: raw.slice(whole.length) }
}

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header)
  return match?.[1] ?? match?.[2]
}

function collect(raw: string, into: ParsedMail, depth: number): void {
  const { headers, body } = splitHead(raw)
  const type = headers.get('content-type') ?? 'text/plain; charset=utf-8'
  const boundary = parameter(type, 'boundary')
  if (/^multipart\//i.test(type) && boundary !== undefined && depth < MAX_NESTING) {
    const parts = `\n${body}`.split(`\n--${boundary}`).slice(1)
    for (const part of parts)
      if (!part.startsWith('--')) collect(part.replace(/^[^\n]*\n/, '').replace(/\r$/, ''), into, depth + 1)
    return
  }
  const isHtml = /^text\/html/i.test(type)
  if (!isHtml && !/^text\/plain/i.test(type)) return
  const encoding = (headers.get('content-transfer-encoding') ?? '7bit').toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? decodeQuotedPrintable(body)
        : Buffer.from(body, 'latin1')
  const content = decodeBytes(bytes, parameter(type, 'charset') ?? 'utf-8')
  if (isHtml) into.html ||= content
  else into.text ||= content
}

/** Takes a raw mail (RFC 5322 with MIME) apart: its headers by lower-case name, its first text and first HTML. */
export function parseMail(raw: Buffer): ParsedMail {
  // One character per byte: each part says how its bytes are to be read.
  const characters = raw.toString('latin1')
  const { headers } = splitHead(characters)
  const mail: ParsedMail = { headers: new Map(), text: '', html: '' }
  for (const [name, value] of headers)
    mail.headers.set(name, decodeWords(Buffer.from(value, 'latin1').toString('utf8')))
  collect(characters, mail, 0)
  return mail
}
