import { accountStore } from '../../shared/table/accounts.ts'
import { auditStore } from '../../shared/table/audit.ts'
import { claimStore } from '../../shared/table/claims.ts'
import type { Table } from '../../shared/table/client.ts'
import { conversationStore } from '../../shared/table/conversations.ts'
import { domainStore } from '../../shared/table/domains.ts'
import { dueStore } from '../../shared/table/due.ts'
import { exportStore } from '../../shared/table/exports.ts'
import { idempotencyStore } from '../../shared/table/idempotency.ts'
import { importStore } from '../../shared/table/imports.ts'
import { mailStore } from '../../shared/table/mails.ts'
import { organizationPartStore } from '../../shared/table/organization-parts.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { pauseStore } from '../../shared/table/pauses.ts'
import { removalStore } from '../../shared/table/removals.ts'
import { sendRateStore } from '../../shared/table/send-rate.ts'
import { suppressionStore } from '../../shared/table/suppressions.ts'
import { syncStore } from '../../shared/table/syncs.ts'
import { tokenStore } from '../../shared/table/tokens.ts'

const MAILS_PER_SECOND = 10_000

/** Every store of one table. */
export const storesOf = (table: Table) => ({
  accounts: accountStore(table),
  audit: auditStore(table),
  claims: claimStore(table),
  conversations: conversationStore(table),
  domains: domainStore(table),
  due: dueStore(table),
  exports: exportStore(table),
  idempotency: idempotencyStore(table),
  imports: importStore(table),
  mails: mailStore(table),
  organizations: organizationStore(table),
  parts: organizationPartStore(table),
  pauses: pauseStore(table),
  removals: removalStore(table),
  sendRate: sendRateStore(table, MAILS_PER_SECOND, Date.now),
  suppressions: suppressionStore(table),
  syncs: syncStore(table),
  tokens: tokenStore(table),
})

export type Stores = ReturnType<typeof storesOf>
