import { createHash } from 'node:crypto'
import { ulid } from 'ulid'

/** A ULID of the given time whose random part is derived from `text`: the same arguments give the same ULID. */
export function seededUlid(at: Date, text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  let next = 0
  return ulid(at.getTime(), () => (bytes[next++ % bytes.length] ?? 0) / 256)
}
