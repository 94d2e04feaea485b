/** A page of a list, whatever it is a list of. */
export interface Page<Item, Position = string> {
  readonly items: Item[]
  /** Where the next page goes on; `undefined` on the last. */
  readonly next: Position | undefined
}
