import type { Change } from '../claims/types.ts'
import { batchPut } from './batch.ts'
import type { Table } from './client.ts'
import { keys } from './keys.ts'

/** One entry of the audit trail (A1). It holds ids and states, never an address or a name: it outlives the person (Y7). */
export interface AuditEntry {
  readonly orgId: string
  /** What changed: a claim's or user's id, `domain:acme.example`, `import:ID`, `organization`. */
  readonly subject: string
  readonly change: Change
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
}

/** The key follows from the change, so an entry that is appended again is the same entry. */
export function auditItem(entry: AuditEntry): Record<string, unknown> {
  const { orgId, subject, change, before, after } = entry
  return {
    ...keys.audit(orgId, subject, change.at, change.n),
    type: 'audit',
    v: 1,
    at: change.at,
    by: change.by,
    what: change.what,
    subject,
    before,
    after,
  }
}

export function auditStore(table: Table) {
  return {
    append: (entries: readonly AuditEntry[]): Promise<void> => batchPut(table, entries.map(auditItem)),
  }
}

export type AuditStore = ReturnType<typeof auditStore>
