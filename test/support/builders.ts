import { DAY_MS, isoSecond, MINUTE_MS } from '../../shared/lib/time.ts'
import { type AddressChange, addressChange } from '../../shared/rules/accounts/address-change.ts'
import type { ClaimTypeInput } from '../../shared/rules/claims/claim-type.ts'
import { type ClaimRequest, createClaim } from '../../shared/rules/claims/creation.ts'
import type {
  Account,
  AccountRecord,
  Actor,
  OpenClaim,
  Organization,
  OrgSettings,
} from '../../shared/rules/types.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'

/** Not a whole second, so that rounding to whole seconds shows. */
export const T0 = new Date('2026-03-01T09:30:15.250Z')
/** T0 rounded to whole seconds, when a claim made at T0 is created, and the end of its 14 × 24 h. */
export const CREATED_AT = '2026-03-01T09:30:15Z'
export const ENDS_AT = '2026-03-15T09:30:15Z'

export const ADMIN: Actor = 'admin:adm-1'
export const USER: Actor = 'user:acc00042'
export const SCHEDULE: Actor = 'schedule:migration'

export const ULID = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'

/** When the schedule of an instant's minute fires. */
export const minuteEnd = (at: Date | string): string =>
  isoSecond(new Date(Math.floor(new Date(at).getTime() / MINUTE_MS + 1) * MINUTE_MS))

/** An instant so many milliseconds after another; before it if negative. */
export function plus(ms: number, from: Date | string = T0): Date {
  return new Date(new Date(from).getTime() + ms)
}

/** So many days after a claim was created that was made at T0, and some milliseconds more or less. */
export const onDay = (n: number, ms = 0): Date => plus(n * DAY_MS + ms, CREATED_AT)

export type OrganizationPatch = Partial<Omit<Organization, 'settings'>> & {
  readonly settings?: Partial<OrgSettings>
}

/** A claiming org: an enterprise to which every rule allows delayed claims. */
export function org({ settings, ...patch }: OrganizationPatch = {}): Organization {
  return {
    orgId: 'noordzee',
    name: 'Noordzee BV',
    kind: 'enterprise',
    region: 'eu',
    createdAt: '2025-06-01T00:00:00Z',
    sso: false,
    directorySync: false,
    adminEmails: ['admin@noordzee.example'],
    ...patch,
    settings: {
      allowContentMigration: true,
      suppressInvitations: false,
      licenseTemplate: ['mail'],
      retentionDays: null,
      locale: 'nl',
      ...settings,
    },
  }
}

/** A source org: the home of personal accounts, from which content can migrate. */
export function sourceOrg(patch: OrganizationPatch = {}): Organization {
  return org({ orgId: 'personal', name: 'Personal', kind: 'consumer', adminEmails: [], ...patch })
}

export function account(patch: Partial<Account> = {}): Account {
  return {
    userId: 'acc00042',
    email: 'Ada@noordzee.example',
    firstName: 'Ada',
    lastName: 'de Vries',
    displayName: 'Ada (Sales)',
    orgId: 'personal',
    status: 'active',
    licenses: ['free'],
    paid: false,
    locale: 'nl',
    ...patch,
  }
}

/** An account without an open claim, which may have conversations. Its item has been written three times. */
export function record(patch: Partial<Account> = {}): AccountRecord {
  const built = account(patch)
  return { recordId: built.userId, revision: 3, account: built, hasContent: true }
}

export function claimRequest(patch: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    ulid: ULID,
    claimingOrgId: 'noordzee',
    type: 'delayed',
    licenses: ['pro', 'mail'],
    names: {},
    origin: 'req-1:0',
    ...patch,
  }
}

export type ClaimedRecord = AccountRecord & { readonly claim: OpenClaim }

/** The record, typed as one with an open claim. */
export function withClaim(given: AccountRecord): ClaimedRecord {
  const { claim } = given
  if (claim === undefined) throw new Error(`no claim is open on ${given.recordId}`)
  return { ...given, claim }
}

/** An account on which a claim has been open since T0, whose user was mailed in the same second (M5). */
export function claimed(
  request: Partial<ClaimRequest> = {},
  original: Partial<Account> = {},
  now = T0,
): ClaimedRecord {
  const untold = claimedUnmailed(request, original, now)
  return patchClaim(untold, { notification: 'sent', notifiedAt: untold.claim.createdAt })
}

/** Like `claimed`, but no mail has left yet. */
export function claimedUnmailed(
  request: Partial<ClaimRequest> = {},
  original: Partial<Account> = {},
  now = T0,
): ClaimedRecord {
  return withClaim(createClaim(record(original), claimRequest(request), { now, by: ADMIN }))
}

/** Like `claimed`, but with a direct claim, which loses the content. */
export function claimedDirectly(original: Partial<Account> = {}, now = T0): ClaimedRecord {
  return claimed({ type: 'direct', contentLoss: 'chosen_direct' }, original, now)
}

/** The record with its claim changed by the patch. */
export function patchClaim(given: ClaimedRecord, patch: Partial<OpenClaim>): ClaimedRecord {
  return { ...given, claim: { ...given.claim, ...patch } }
}

/** Some addresses that a transition takes and frees. */
export function addressesMoved(before: AccountRecord, after: AccountRecord): AddressChange {
  const moved = addressChange(before, after)
  if (moved === undefined) throw new Error('the same addresses stay held')
  return moved
}

/** Default facts: content can migrate, and no type is requested. */
export function typeFacts(patch: Partial<ClaimTypeInput> = {}): ClaimTypeInput {
  return {
    claimingOrg: org(),
    sourceOrg: sourceOrg(),
    requested: undefined,
    fromCsv: false,
    migrationCutoff: undefined,
    ...patch,
  }
}

/** A running import of three rows for `org()`, in one chunk. */
export function importRecord(patch: Partial<ImportRecord> = {}): ImportRecord {
  return {
    type: 'import',
    v: 1,
    importId: ULID,
    orgId: 'noordzee',
    kind: 'claims',
    status: 'running',
    fileName: 'people.csv',
    objectKey: 'imports/noordzee/people.csv',
    etag: 'etag-1',
    sizeBytes: 100,
    createdAt: CREATED_AT,
    createdBy: ADMIN,
    dialect: { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 1 },
    header: ['Email'],
    bytesRead: 100,
    rowsRead: 3,
    nextLine: 5,
    ranges: 1,
    rangesSent: 1,
    chunks: 1,
    chunksDone: 0,
    accepted: 0,
    refused: 0,
    unchanged: 0,
    change: { what: 'import.created', at: CREATED_AT, by: ADMIN, n: 1 },
    ...patch,
  }
}
