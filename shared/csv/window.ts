/** The last bytes of a stream, addressed by their offset in it. Holds references to the chunks, not copies. */
export class ByteWindow {
  #chunks: Buffer[] = []
  #start = 0
  #end = 0

  /** Offset of the next chunk. */
  get end(): number {
    return this.#end
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#end += chunk.length
  }

  /** Drops the chunks that end before `offset`. */
  dropBefore(offset: number): void {
    let dropped = 0
    for (const chunk of this.#chunks) {
      if (this.#start + chunk.length > offset) break
      this.#start += chunk.length
      dropped++
    }
    if (dropped > 0) this.#chunks = this.#chunks.slice(dropped)
  }

  /** The bytes of [from, to), which must not have been dropped; fewer if the stream hasn't come that far. */
  slice(from: number, to: number = this.#end): Buffer {
    const parts: Buffer[] = []
    let offset = this.#start
    for (const chunk of this.#chunks) {
      if (offset >= to) break
      if (offset + chunk.length > from) parts.push(chunk.subarray(Math.max(from - offset, 0), to - offset))
      offset += chunk.length
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
  }
}
