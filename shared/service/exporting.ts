export interface ExportRef {
  readonly orgId: string
  readonly exportId: string
}
