/** Folders of the bucket that have one subfolder per organization; `syncs` has the sync's own intermediate files. */
export const orgFolders = ['imports', 'reports', 'exports', 'directory', 'syncs'] as const

/** Folders whose uploads start an import or a bulk load. */
export const importedFolders = ['imports', 'accounts'] as const

/** The folder whose uploads start a sync. */
export const directoryFolder = 'directory'

/** The bucket's keys. Nothing else spells one; `docs/contract.md` lists those that others read or write. */
export const objectKeys = {
  /** Of a presigned upload. A file put straight into the bucket may have any name below its organization. */
  claimFile: (orgId: string, importId: string): string => `imports/${orgId}/${importId}.csv`,
  report: (orgId: string, importId: string): string => `reports/${orgId}/${importId}.csv`,
  export: (orgId: string, exportId: string): string => `exports/${orgId}/${exportId}.csv`,
  directory: (orgId: string, syncId: string): string => `directory/${orgId}/${syncId}.csv`,
  /** The prefix of all of a sync's intermediate files. */
  syncFolder: (orgId: string, syncId: string): string => `syncs/${orgId}/${syncId}/`,
} as const

/** Reads uploads' keys back: which organization they are of, and what. */
export const uploadKeys = {
  imported: /^(?:imports|accounts)\//,
  claimFile: /^imports\/(?<orgId>[^/]+)\/(?<fileName>.+)$/,
  accountFile: /^accounts\/(?<fileName>.+)$/,
  directory: /^directory\/(?<orgId>[^/]+)\/(?<syncId>[^/]+)\.csv$/,
} as const
