import { ignoredColumnsOf } from '../csv/ignored-columns.ts'
import { mailsOfClaim } from '../rules/enumerations.ts'
import { type ClaimView, viewClaim } from '../rules/claims/views.ts'
import { type OrgDomain, txtRecordOf } from '../rules/domains/domain-changes.ts'
import { passOf } from '../rules/imports/import-pass.ts'
import { MAX_SELECTED_USERS } from '../rules/limits.ts'
import type { Organization } from '../rules/types.ts'
import type { ImportRecord } from '../storage/items/import-item.ts'
import type { ExportRecord } from '../storage/stores/exports.ts'
import type { ClaimOutcome } from '../usecases/claims/claim-users.ts'
import type { PreviewOutcome, RefusalCode } from '../usecases/claims/claimability.ts'
import type { ClaimableList } from '../usecases/claims/claimable-users.ts'
import type { ListedPage } from './list-page.ts'

/**
 * Bodies of answers, made from the use cases' results. Those of claims and users are in `shared/rules`, since mails
 * and pages need them, too.
 */

/** @param suppressed the admins' addresses that receive no mail (N4) */
export function viewOrganization({ settings, ...org }: Organization, suppressed: ReadonlySet<string>) {
  return {
    orgId: org.orgId,
    name: org.name,
    kind: org.kind,
    region: org.region,
    createdAt: org.createdAt,
    sso: org.sso,
    adminEmails: org.adminEmails.map((email) => ({ email, suppressed: suppressed.has(email) })),
    allowContentMigration: settings.allowContentMigration,
    directorySync: org.directorySync,
    suppressInvitations: settings.suppressInvitations,
    licenseTemplate: [...settings.licenseTemplate],
    retentionDays: settings.retentionDays,
    locale: settings.locale,
    timeZone: settings.timeZone ?? 'UTC',
    ...(settings.contact === undefined ? {} : { contact: settings.contact }),
    ...(org.deletion === undefined ? {} : { deletion: { at: org.deletion.at } }),
  }
}

export function viewDomain(domain: OrgDomain) {
  return {
    domain: domain.domain,
    status: domain.status,
    token: domain.token,
    tokenExpiresAt: domain.tokenExpiresAt,
    txtRecord: txtRecordOf(domain),
    createdAt: domain.createdAt,
    ...(domain.verifiedAt === undefined ? {} : { verifiedAt: domain.verifiedAt }),
    version: domain.revision,
  }
}

/**
 * The account as the request named it, so that a result can be matched to it. Lone surrogates are replaced, since
 * many JSON parsers fail on them.
 */
export function requestedUser(user: { userId?: string | undefined; email?: string | undefined } | undefined) {
  return user?.userId === undefined
    ? { email: user?.email?.toWellFormed() }
    : { userId: user.userId.toWellFormed() }
}

export function viewOutcome(
  outcome: ClaimOutcome,
  now: Date,
): { result: ClaimOutcome['outcome']; codes: RefusalCode[]; claim?: ClaimView } {
  switch (outcome.outcome) {
    case 'refused':
      return { result: 'refused', codes: [...outcome.codes] }
    case 'claimed':
    case 'unchanged': {
      const { record, domainClaimed } = outcome
      const input = { now, domainClaimed, originalIsPaid: record.account.paid }
      const codes = outcome.outcome === 'unchanged' ? [...outcome.codes] : []
      return { result: outcome.outcome, codes, claim: viewClaim(outcome.claim, input) }
    }
  }
}

export function viewPreview(outcome: PreviewOutcome) {
  switch (outcome.outcome) {
    case 'refused':
      return { result: outcome.outcome, codes: [...outcome.codes] }
    case 'claimable':
      return {
        result: outcome.outcome,
        codes: [],
        type: outcome.type,
        allowedDecisions: outcome.allowedDecisions,
        ...(outcome.contentLoss === undefined ? {} : { contentLoss: { reason: outcome.contentLoss } }),
        licenses: [...outcome.licenses],
        mails: [...mailsOfClaim[outcome.type]],
      }
  }
}

const TRUNCATED_HINT = `There are more than the ${MAX_SELECTED_USERS} that a list holds. POST /v1/claimable-users/exports gives all of them as a CSV.`

const viewClaimableUser = ({
  record: { account },
  sourceOrg,
  contentLoss,
  ...user
}: ClaimableList['users'][number]) => ({
  userId: account.userId,
  email: account.email,
  firstName: account.firstName,
  lastName: account.lastName,
  displayName: account.displayName,
  status: account.status,
  sourceOrgId: sourceOrg.orgId,
  sourceOrgName: sourceOrg.name,
  type: user.type,
  ...(contentLoss === undefined ? {} : { contentLoss: { reason: contentLoss } }),
  allowedDecisions: user.allowedDecisions,
  licenses: [...user.licenses],
})

/** For a page of a list, the rest of which isn’t counted. */
export function viewClaimablePage(
  page: ListedPage<ClaimableList['users'][number]>,
  codes: ClaimableList['codes'],
) {
  const { items, nextCursor } = page
  const isPart = nextCursor !== undefined
  return {
    ...page,
    items: items.map(viewClaimableUser),
    total: items.length,
    totalIsLowerBound: isPart,
    truncated: isPart,
    codes: [...codes],
  }
}

export function viewClaimableUsers({ users, truncated, codes, ...list }: ClaimableList) {
  return {
    items: users.map(viewClaimableUser),
    total: list.total,
    totalIsLowerBound: list.totalIsLowerBound,
    truncated,
    ...(truncated ? { hint: TRUNCATED_HINT } : {}),
    codes: [...codes],
  }
}

export function viewExport({ exportId, status, rows, createdAt, completedAt }: ExportRecord, url?: string) {
  return {
    exportId,
    status,
    rows,
    createdAt,
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(url === undefined ? {} : { url }),
  }
}

/** The part of an import's percentage that reading the file accounts for; the rest is for its rows. */
const READING_PERCENT = 10

/** I5: the import's progress. Never 100 before everything is done, including the report. */
function percentOf(record: ImportRecord): number {
  const { status, bytesRead, sizeBytes, rowsRead, accepted, refused, unchanged } = record
  switch (status) {
    case 'waiting':
      return 0
    case 'reading':
    case 'failed':
      return Math.floor((READING_PERCENT * Math.min(bytesRead, sizeBytes)) / Math.max(sizeBytes, 1))
    case 'running': {
      const handled = (accepted + refused + unchanged) / Math.max(rowsRead, 1)
      return Math.min(99, Math.floor(READING_PERCENT + (100 - READING_PERCENT) * handled))
    }
    case 'previewed':
    case 'completed':
      return 100
  }
}

export function viewImport(record: ImportRecord, reportUrl: string | undefined) {
  return {
    importId: record.importId,
    fileName: record.fileName,
    status: record.status,
    sizeBytes: record.sizeBytes,
    createdAt: record.createdAt,
    ...(record.completedAt === undefined ? {} : { completedAt: record.completedAt }),
    rowsRead: record.rowsRead,
    ...(passOf(record) === 'preview'
      ? { claimed: 0, claimable: record.accepted }
      : { claimed: record.accepted }),
    refused: record.refused,
    unchanged: record.unchanged,
    percent: percentOf(record),
    createdBy: record.createdBy,
    ...(record.preview === undefined ? {} : { preview: true }),
    ...(record.confirmedAt === undefined ? {} : { confirmedAt: record.confirmedAt }),
    ...(record.cancelledAt === undefined ? {} : { cancelledAt: record.cancelledAt }),
    ...(record.dialect === undefined ? {} : { encoding: record.dialect.encoding }),
    ignoredColumns: ignoredColumnsOf[record.kind](record.header ?? []),
    codes: record.codes ?? {},
    contentLoss: record.contentLoss ?? {},
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(reportUrl === undefined ? {} : { reportUrl }),
  }
}
