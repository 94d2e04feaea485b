import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { auditStore } from '../../shared/storage/stores/audit.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import type { Table } from '../../shared/storage/client.ts'
import { conversationStore } from '../../shared/storage/stores/conversations.ts'
import { digestStore } from '../../shared/storage/stores/digests.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { dueStore } from '../../shared/storage/stores/due.ts'
import { exportStore } from '../../shared/storage/stores/exports.ts'
import { idempotencyStore } from '../../shared/storage/stores/idempotency.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { mailStore } from '../../shared/storage/stores/mails.ts'
import { organizationPartStore } from '../../shared/storage/stores/organization-parts.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { deletionStore } from '../../shared/storage/stores/deletions.ts'
import { sendRateStore } from '../../shared/storage/stores/send-rate.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { tokenStore } from '../../shared/storage/stores/tokens.ts'

const MAILS_PER_SECOND = 10_000

/** Every store of one table. */
export const storesOf = (table: Table) => ({
  accounts: accountStore(table),
  audit: auditStore(table),
  claims: claimStore(table),
  conversations: conversationStore(table),
  digests: digestStore(table),
  domains: domainStore(table),
  due: dueStore(table),
  exports: exportStore(table),
  idempotency: idempotencyStore(table),
  imports: importStore(table),
  mails: mailStore(table),
  organizations: organizationStore(table),
  parts: organizationPartStore(table),
  pauses: pauseStore(table),
  deletions: deletionStore(table),
  sendRate: sendRateStore(table, MAILS_PER_SECOND, Date.now),
  suppressions: suppressionStore(table),
  syncs: syncStore(table),
  tokens: tokenStore(table),
})

export type Stores = ReturnType<typeof storesOf>
