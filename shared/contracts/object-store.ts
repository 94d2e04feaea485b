/**
 * The ports by which use cases reach the bucket. `shared/aws/objects.ts` implements them on S3, the tests' bucket in
 * memory.
 */

/** The object was deleted or replaced, so it can't be read any further. */
export class ObjectGone extends Error {
  override readonly name = 'ObjectGone'
}

export interface ReadObject {
  readonly key: string
  /** Absent for objects that are written only once. */
  readonly etag?: string
  readonly startByte: number
  /** Exclusive; absent: to the end. */
  readonly endByte?: number
}

/** @throws ObjectGone when the object was deleted or replaced since its ETag was noted */
export type ObjectReader = (object: ReadObject) => Promise<AsyncIterable<Uint8Array>>

/** Writes a body of unknown length. The object exists only once the whole body was written. */
export type ObjectWriter = (
  key: string,
  contentType: string,
  body: AsyncIterable<Uint8Array>,
) => Promise<void>

export interface ObjectRemover {
  /** All keys that begin with the prefix, page by page. */
  readonly list: (prefix: string) => AsyncIterable<string>
  /** Removing an object that doesn't exist is no error. */
  readonly remove: (key: string) => Promise<void>
}
