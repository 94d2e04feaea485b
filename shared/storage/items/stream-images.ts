import type { AccountRecord, Change, ClosedClaim, Organization } from '../../rules/types.ts'
import { type DuePlace, duePlaceOf } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { domainFromItem, type OrgDomain } from '../stores/domains.ts'
import { type ExportRecord, exportFromItem } from '../stores/exports.ts'
import { organizationFromItem } from '../stores/organizations.ts'
import { accountFromItem } from './account-item.ts'
import { closedClaimFromItem } from './closed-claim-item.ts'
import { type ImportRecord, importFromItem } from './import-item.ts'
import { type SyncRecord, syncFromItem } from './sync-item.ts'

interface Common {
  /** The org whose audit trail has the entity's changes. */
  readonly orgId: string
  /** The audit entry's subject: an id, never an address. */
  readonly subject: string
  readonly change: Change | undefined
  /** Its entry in the due index. */
  readonly due?: DuePlace | undefined
}

/** The entity of an item in the table's stream. */
export type StoredEntity = Common &
  (
    | { readonly kind: 'account'; readonly record: AccountRecord }
    | {
        readonly kind: 'closed-claim'
        readonly claim: ClosedClaim
        /** The record that it was made in, as long as it is stored there. */
        readonly record?: AccountRecord | undefined
        /** Y7: the new account whose deletion ended the claim. */
        readonly deletedUserId: string | undefined
      }
    | { readonly kind: 'organization'; readonly org: Organization }
    | { readonly kind: 'domain'; readonly domain: OrgDomain }
    | { readonly kind: 'import'; readonly record: ImportRecord }
    | { readonly kind: 'sync'; readonly record: SyncRecord }
    | { readonly kind: 'export'; readonly record: ExportRecord }
    /** N4: has no audit entry or event, and only falls due. */
    | { readonly kind: 'digest' }
  )

/**
 * Reads an image from the stream, given as plain attributes; `undefined` for items whose changes have no
 * effects.
 * @throws ZodError if an item of a known type has a version that this code doesn't know
 */
export function readImage(image: Readonly<Record<string, unknown>>): StoredEntity | undefined {
  switch (image.type) {
    case 'account': {
      const record = accountFromItem(image)
      const { change, ended } = record
      const due = duePlaceOf(image)
      // The record's last change was the claim's end.
      if (
        ended !== undefined &&
        change !== undefined &&
        change.n === ended.change.n &&
        change.what === ended.change.what
      ) {
        const { claim } = ended
        const common = { record, change, due, orgId: claim.claimingOrgId, subject: claim.claimId }
        return { kind: 'closed-claim', claim, deletedUserId: undefined, ...common }
      }
      return {
        kind: 'account',
        record,
        change,
        ...whatChanged(record),
        due,
      }
    }
    case 'closed-claim': {
      const { claim, change } = closedClaimFromItem(image)
      return {
        kind: 'closed-claim',
        claim,
        // Moved out of its record, or redacted: its end was reported before.
        change: image[suppressEffectsAttribute] === undefined ? change : undefined,
        deletedUserId: textOf(image.deletedUserId),
        orgId: claim.claimingOrgId,
        subject: claim.claimId,
      }
    }
    case 'organization': {
      const { org, change } = organizationFromItem(image)
      return {
        kind: 'organization',
        org,
        change,
        due: duePlaceOf(image),
        orgId: org.orgId,
        subject: `organization:${org.orgId}`,
      }
    }
    case 'domain': {
      const { domain, change } = domainFromItem(image)
      return { kind: 'domain', domain, change, orgId: domain.orgId, subject: `domain:${domain.domain}` }
    }
    case 'import': {
      const record = importFromItem(image)
      return {
        kind: 'import',
        record,
        change: record.change,
        orgId: record.orgId,
        subject: `import:${record.importId}`,
      }
    }
    case 'export': {
      const record = exportFromItem(image)
      return {
        kind: 'export',
        record,
        change: record.change,
        orgId: record.orgId,
        subject: `export:${record.exportId}`,
      }
    }
    case 'sync': {
      const record = syncFromItem(image)
      const { orgId, change } = record
      const due = duePlaceOf(image)
      return { kind: 'sync', record, change, due, orgId, subject: `sync:${record.syncId}` }
    }
    case 'digest': {
      const orgId = textOf(image.orgId) ?? ''
      const subject = `digest:${textOf(image.day)}`
      return { kind: 'digest', change: undefined, due: duePlaceOf(image), orgId, subject }
    }
    default:
      return undefined
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * The org and subject of a record's last change. While a claim is open, it is a change of the claim or of the
 * new account, since the original can't be changed (C3); both concern the claiming org and not the source org
 * (A3).
 */
function whatChanged({ account, claim, change }: AccountRecord): Pick<Common, 'orgId' | 'subject'> {
  if (claim === undefined) return { orgId: account.orgId, subject: account.userId }
  const subject = change?.what.startsWith('claim.') ? claim.claimId : claim.newUserId
  return { orgId: claim.claimingOrgId, subject }
}
