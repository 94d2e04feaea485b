import { type Line, line } from './line.ts'
import type { Person } from './model.ts'
import type { Writer } from './writer.ts'

export function nameAndAddress({ name, address }: Person, writer: Writer): Line {
  const shown = writer.name(name)
  return shown === undefined ? [writer.address(address)] : line`${shown} (${writer.address(address)})`
}
