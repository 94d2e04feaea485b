import { createHash } from 'node:crypto'
import { ulid } from 'ulid'

/** A ULID of the given time whose random part follows from the text: whoever makes it again makes the same. */
export function seededUlid(at: Date, text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  let next = 0
  return ulid(at.getTime(), () => (bytes[next++ % bytes.length] ?? 0) / 256)
}
