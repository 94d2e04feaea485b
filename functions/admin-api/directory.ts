import { objectKeys } from '../../shared/contracts/object-keys.ts'
import * as z from 'zod'
import { listPage, textPosition } from '../../shared/http/list-page.ts'
import { answer, idOfRequest } from '../../shared/http/operation.ts'
import { directoryOperations as operations } from '../../shared/http/operations/admin/directory.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { DEFAULT_PAGE_SIZE } from '../../shared/http/schemas/common.ts'
import { MAX_IMPORT_BYTES } from '../../shared/http/schemas/import.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewSync } from '../../shared/http/sync-view.ts'
import type { SyncOutcome } from '../../shared/rules/directory/directory-sync.ts'
import {
  awaitSync,
  confirmSync,
  listEntries,
  listHeld,
  startFromList,
} from '../../shared/usecases/directory/sync-requests.ts'
import type { SyncRecord } from '../../shared/storage/items/sync-item.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<
  AdminApiDeps,
  'accounts' | 'organizations' | 'presign' | 'pause' | 'readObject' | 'syncs' | 'ulid'
>

interface EntriesQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly outcome?: SyncOutcome | undefined
}

const entryPosition = z.object({ comparison: z.int().min(0), byte: z.int().min(0) })
const firstPage: EntriesQuery = { limit: DEFAULT_PAGE_SIZE }

export function directoryHandlers(deps: Deps) {
  const { organizations, presign, syncs, ulid } = deps

  const view = async (record: SyncRecord, { limit, cursor, outcome }: EntriesQuery, now: Date) => {
    const { orgId, syncId } = record
    const binding = { orgId, operation: 'getSync', filters: { syncId, outcome } }
    const ports = { ...deps, read: deps.readObject }
    const { items: entries, ...rest } = await listPage({ binding, cursor, position: entryPosition }, (from) =>
      listEntries(ports, record, { limit, outcome, from, now }),
    )
    return { ...viewSync(record), entries, ...rest }
  }

  return {
    createSync: serve(operations.createSync, async (request) => {
      const { caller, body, now } = request
      const { orgId, sub } = caller
      if ((await organizations.get(orgId)) === undefined) return refuse('organization_not_found')
      const syncId = idOfRequest(request, 'createSync', ulid)
      const sync = { orgId, syncId, mode: body.mode, createdBy: `admin:${sub}` as const }
      if (body.emails !== undefined) {
        await startFromList(deps, sync, body.emails, now)
        return answer(201, await view(await awaitSync(deps, sync), firstPage, now))
      }
      const objectKey = objectKeys.directory(orgId, sync.syncId)
      const upload = await presign.upload(objectKey, MAX_IMPORT_BYTES)
      await syncs.createForFile(sync, objectKey, now)
      return answer(201, { ...(await view(await awaitSync(deps, sync), firstPage, now)), upload })
    }),

    listSyncs: serve(operations.listSyncs, async ({ caller: { orgId }, query, now }) => {
      const { limit, cursor, held } = query
      const binding = { orgId, operation: 'listSyncs', filters: { held } }
      const page = await listPage({ binding, cursor, position: textPosition }, (before) =>
        held === undefined
          ? syncs.list(orgId, limit, before)
          : listHeld(syncs, { orgId, limit, before, now }),
      )
      return answer(200, { ...page, items: page.items.map(viewSync) })
    }),

    getSync: serve(operations.getSync, async ({ caller, path, query, now }) => {
      const record = await syncs.get(caller.orgId, path.syncId)
      return record === undefined ? refuse('not_found') : answer(200, await view(record, query, now))
    }),

    confirmSync: serve(operations.confirmSync, async ({ caller: { orgId, sub }, path, now }) => {
      const confirmed = await confirmSync(deps, { orgId, syncId: path.syncId }, `admin:${sub}`, now)
      return confirmed.outcome === 'refused'
        ? refuse(confirmed.code)
        : answer(200, await view(confirmed.record, firstPage, now))
    }),
  }
}
