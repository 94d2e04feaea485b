/** DynamoDB's values in the document client's form: plain JSON, bytes, and sets. */
export type Item = Record<string, unknown>

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

export const isMap = (value: unknown): value is Item =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Set) &&
  !isBytes(value)

/** A deep copy without `undefined` members, as the marshaller would leave it. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.filter((one) => one !== undefined).map(copyOf)
  if (value instanceof Set) return new Set(value)
  if (isBytes(value)) return Uint8Array.from(value)
  return copyOfItem(value)
}

export function copyOfItem(item: object): Item {
  const copy: Item = {}
  for (const [name, value] of Object.entries(item)) if (value !== undefined) copy[name] = copyOf(value)
  return copy
}

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, n) => same(one, b[n]))
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((one) => b.has(one))
  if (isBytes(a) && isBytes(b)) return Buffer.compare(a, b) === 0
  if (!isMap(a) || !isMap(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]))
}

const SURROGATE = /[\uD800-\uDFFF]/

/** Compares by UTF-8 bytes, as DynamoDB sorts strings. JavaScript's order differs only beyond the basic plane. */
export function byBytes(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** `undefined`: values of different types, or of one without an order, don't compare. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return byBytes(a, b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return undefined
}

const TYPES: readonly [string, (value: unknown) => boolean][] = [
  ['S', (value) => typeof value === 'string'],
  ['N', (value) => typeof value === 'number'],
  ['BOOL', (value) => typeof value === 'boolean'],
  ['NULL', (value) => value === null],
  ['B', isBytes],
  ['L', Array.isArray],
  ['M', isMap],
]

export const typeOf = (value: unknown): string | undefined => TYPES.find(([, is]) => is(value))?.[0]

const NUMBER_BYTES = 10

/** The approximate size of an item as DynamoDB counts it: names, values, and overhead of structure. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return NUMBER_BYTES
  if (Array.isArray(value) || value instanceof Set) {
    let bytes = 3
    for (const one of value) bytes += 1 + bytesOf(one)
    return bytes
  }
  if (isBytes(value)) return value.length
  if (isMap(value)) {
    let bytes = 3
    for (const [name, one] of Object.entries(value)) bytes += 1 + name.length + bytesOf(one)
    return bytes
  }
  return 1
}
