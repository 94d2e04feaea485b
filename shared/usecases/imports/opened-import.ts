import type { ImportRecord } from '../../storage/items/import-item.ts'

/** An import whose file was found and its header read: all that is needed to read its rows is known. */
export type OpenedImport = ImportRecord & {
  readonly etag: string
  readonly dialect: NonNullable<ImportRecord['dialect']>
  readonly header: string[]
}

export const isOpened = (record: ImportRecord): record is OpenedImport =>
  record.etag !== undefined && record.dialect !== undefined && record.header !== undefined
