import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { StoredObject } from '../../support/fakes.ts'

const PIECE_BYTES = 16 * 1024
/** As in the template: files are deleted no later than the people they name, who have 30 days. */
const KEPT_MS = 28 * 86_400_000

class S3Refusal extends Error {
  override readonly name: string
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(name: string, httpStatusCode: number) {
    super(name)
    this.name = name
    this.$metadata = { httpStatusCode }
  }
}

/** The bucket: ETags, ranges, and files that expire. */
export class SimulatedBucket {
  readonly name = 'bucket'
  readonly #objects = new Map<string, StoredObject & { readonly at: number }>()
  readonly #now: () => number
  #writes = 0

  constructor(now: () => number) {
    this.#now = now
  }

  put(key: string, content: Uint8Array | string): StoredObject {
    const bytes = Buffer.from(content)
    const etag = createHash('md5').update(bytes).digest('hex')
    const stored = { key, etag, bytes, sequencer: String(++this.#writes).padStart(16, '0'), at: this.#now() }
    this.#objects.set(key, stored)
    return stored
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key)
  }

  all(): StoredObject[] {
    return [...this.#objects.values()]
  }

  expire(): void {
    for (const [key, { at }] of this.#objects) if (at + KEPT_MS <= this.#now()) this.#objects.delete(key)
  }

  readonly perform = (command: object): unknown => {
    if (command instanceof GetObjectCommand) return this.#read(command.input)
    if (command instanceof PutObjectCommand) {
      const { Key = '', Body } = command.input
      if (!(Body instanceof Uint8Array)) throw new Error('a body of another kind')
      return { ETag: `"${this.put(Key, Body).etag}"` }
    }
    if (command instanceof DeleteObjectCommand) return this.#objects.delete(command.input.Key ?? '') && {}
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '' } = command.input
      const keys = [...this.#objects.keys()].filter((key) => key.startsWith(Prefix)).sort()
      return { Contents: keys.map((Key) => ({ Key })) }
    }
    throw new Error(`no ${command.constructor.name} here`)
  }

  #read({ Key = '', IfMatch, Range }: GetObjectCommandInput): object {
    const found = this.#objects.get(Key)
    if (found === undefined) throw new S3Refusal('NoSuchKey', 404)
    if (IfMatch !== undefined && IfMatch !== `"${found.etag}"`) throw new S3Refusal('PreconditionFailed', 412)
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(Range ?? 'bytes=0-') ?? []
    if (Number(from) >= found.bytes.length) throw new S3Refusal('InvalidRange', 416)
    const bytes = found.bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1)
    return { Body: Readable.from(piecesOf(bytes)), ETag: `"${found.etag}"` }
  }
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES)
    yield bytes.subarray(start, start + PIECE_BYTES)
}
