import { uploadKeys } from '../../contracts/object-keys.ts'
import type { ArrivedObject } from '../../contracts/s3-events.ts'
import { say } from '../../messages/messages.ts'
import { ORG_ID_PATTERN } from '../../rules/ids.ts'
import type { Actor } from '../../rules/types.ts'
import { seededUlid } from '../../lib/seeded-ulid.ts'
import {
  type ImportRecord,
  isMissed,
  MISPLACED_ORG_ID,
  PLATFORM_ORG_ID,
} from '../../storage/items/import-item.ts'
import type { ImportRef } from '../../contracts/messages/import.ts'
import type { ReadImportPorts } from './read-import.ts'

export type UploadOutcome =
  | {
      readonly outcome: 'import'
      readonly ref: ImportRef
      /** A file that no org can see; it is listed for the operator. */
      readonly misplaced?: Misplaced
    }
  | { readonly outcome: 'misplaced'; readonly misplaced: Misplaced }
  /** I11: not a file, or one that can't be a CSV. */
  | { readonly outcome: 'ignored'; readonly why: 'folder' | 'no_csv' | 'elsewhere' }

export type Misplaced = 'no_organization' | 'unknown_organization'

/** AWS's are shorter: a role's id and its session's name of up to 64 characters. */
const MAX_PRINCIPAL_LENGTH = 128

const FOLDER = /\/$/
const CSV = /\.csv$/i

type ArrivalPorts = Pick<ReadImportPorts, 'imports' | 'organizations' | 'now'>

/**
 * Handles an object that arrived in the bucket. The same event, delivered again, finds the import that it made (C6).
 * Another upload, even under the same key or with the same bytes, is another import, whose rows find what the first one
 * did.
 */
export async function importArrived(ports: ArrivalPorts, object: ArrivedObject): Promise<UploadOutcome> {
  const { key } = object
  if (!uploadKeys.imported.test(key)) return { outcome: 'ignored', why: 'elsewhere' }
  if (FOLDER.test(key)) return { outcome: 'ignored', why: 'folder' }
  if (!CSV.test(key)) return { outcome: 'ignored', why: 'no_csv' }
  const { fileName: accountFile } = uploadKeys.accountFile.exec(key)?.groups ?? {}
  if (accountFile !== undefined) {
    const load = { orgId: PLATFORM_ORG_ID, kind: 'accounts', fileName: accountFile } as const
    return { outcome: 'import', ref: await begin(ports, object, load) }
  }
  const { orgId = '', fileName = '' } = uploadKeys.claimFile.exec(key)?.groups ?? {}
  // Includes keys that look like a path into another folder, or like the service's own names (`~platform`).
  if (!ORG_ID_PATTERN.test(orgId)) {
    await noteMisplaced(ports, object, 'no_organization')
    return { outcome: 'misplaced', misplaced: 'no_organization' }
  }
  const claims = { orgId, kind: 'claims', fileName } as const
  if ((await ports.organizations.get(orgId)) !== undefined)
    return { outcome: 'import', ref: await begin(ports, object, claims) }
  await noteMisplaced(ports, object, 'unknown_organization')
  // The import fails for that org, so whoever has a token for it sees the reason there too.
  const ref = await begin(ports, object, claims)
  return { outcome: 'import', ref, misplaced: 'unknown_organization' }
}

async function begin(
  { imports, now }: ArrivalPorts,
  object: ArrivedObject,
  { orgId, kind, fileName }: Pick<ImportRecord, 'orgId' | 'kind' | 'fileName'>,
): Promise<ImportRef> {
  const presigned = await imports.get(orgId, fileName.replace(CSV, ''))
  if (presigned !== undefined && presigned.objectKey === object.key) {
    const isAwaited = presigned.status === 'waiting' || isMissed(presigned)
    if (isAwaited) await imports.start(presigned, object, presigned.createdBy, now())
    // I12: cancelled before it came.
    const isUnwanted = presigned.cancelledAt !== undefined && presigned.etag === undefined
    if (isAwaited || isUnwanted || presigned.etag === object.etag) return presigned
  }
  const importId = arrivalId(object)
  // P1: another file under a preview's key is another preview: nobody has acknowledged its claims (T6).
  const preview = presigned?.preview === true && ({ preview: true } as const)
  await imports.create({ ...started(object, importId), orgId, kind, fileName, ...preview }, now())
  return { orgId, importId }
}

const started = ({ key: objectKey, etag, sizeBytes, principalId = '' }: ArrivedObject, importId: string) => {
  const createdBy: Actor =
    principalId === '' ? `import:${importId}` : `s3:${principalId.slice(0, MAX_PRINCIPAL_LENGTH)}`
  return { importId, objectKey, etag, sizeBytes, createdBy, status: 'reading' as const }
}

/** Made of the event, so a repeated delivery gives the same id. */
const arrivalId = ({ key, sequencer, etag, arrivedAt }: ArrivedObject): string =>
  seededUlid(arrivedAt, `${key}\n${sequencer}\n${etag}`)

/** Listed by `npm run status` as long as the file is kept. */
async function noteMisplaced(
  { imports, now }: ArrivalPorts,
  object: ArrivedObject,
  code: Misplaced,
): Promise<void> {
  const file = started(object, arrivalId(object))
  const orgId = MISPLACED_ORG_ID
  await imports.create({ ...file, orgId, kind: 'claims', fileName: object.key }, now())
  const noted: ImportRecord | undefined = await imports.get(orgId, file.importId)
  const message = say((texts) => texts.import.misplaced, 'en')
  if (noted?.status === 'reading') await imports.fail(noted, { code, message }, file.createdBy, now())
}
