/**
 * Whether two stored values are equal: members that are `undefined` count as absent, and a map's members have no order.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!isContainer(one) || !isContainer(other)) return false
  if (one instanceof Uint8Array || other instanceof Uint8Array) return isSameBytes(one, other)
  if (Array.isArray(one) || Array.isArray(other)) return isSameList(one, other)
  return isSameMap(one, other)
}

type Container = Readonly<Record<string, unknown>>
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const isSameBytes = (one: unknown, other: unknown): boolean =>
  one instanceof Uint8Array &&
  other instanceof Uint8Array &&
  one.length === other.length &&
  one.every((byte, n) => byte === other[n])

const isSameList = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) &&
  Array.isArray(other) &&
  one.length === other.length &&
  one.every((value, n) => isSame(value, other[n]))

function isSameMap(one: Container, other: Container): boolean {
  for (const name of Object.keys(one)) if (!isSame(one[name], other[name])) return false
  for (const name of Object.keys(other))
    if (one[name] === undefined && other[name] !== undefined) return false
  return true
}
