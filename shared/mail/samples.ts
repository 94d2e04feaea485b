import { decisionKinds } from '../rules/enumerations.ts'
import type { ClaimType, ContentLossReason } from '../rules/types.ts'
import type { ClaimModel, Mail } from './model.ts'

/** One mail of each kind and shape with fixed data, to look at and for tests. `name` can be used as a file name. */
export interface SampleMail {
  readonly name: string
  readonly mail: Mail
}

const user = { organizationName: 'Acme', firstName: 'Robin', address: 'robin.devries@acme.example' } as const

const claim: ClaimModel & { readonly decisionUrl: string } = {
  organizationName: user.organizationName,
  address: user.address,
  createdAt: '2026-11-22T10:15:00Z',
  endsAt: '2026-12-06T10:15:00Z',
  options: [],
  decisionUrl: 'https://claims.example/decisions/kT8v2mXQ4nB7wZ1cR5yLh0dFJ3pSgUeA9oEiNtVqMxY',
}

const optionsOf = {
  direct: ['change_email', 'delete_original'],
  delayed: decisionKinds,
} as const satisfies Record<ClaimType, ClaimModel['options']>

const reasons: readonly ContentLossReason[] = [
  'migration_off',
  'chosen_direct',
  'enterprise_source',
  'created_after_cutoff',
  'other_region',
]

const direct = { ...user, ...claim, kind: 'claimed_direct', options: optionsOf.direct } as const
const delayed = { ...user, ...claim, kind: 'claimed_delayed', options: optionsOf.delayed } as const

const claims: readonly SampleMail[] = [
  { name: 'claimed-delayed', mail: delayed },
  {
    name: 'claimed-delayed-paid',
    mail: { ...delayed, firstName: '', options: ['change_email', 'transfer_content'] },
  },
  ...reasons.map((contentLoss) => ({
    name: `claimed-direct-${contentLoss.replaceAll('_', '-')}`,
    mail: { ...direct, contentLoss },
  })),
  {
    name: 'claimed-direct-paid',
    mail: { ...direct, contentLoss: 'migration_off', options: ['change_email'] },
  },
  { name: 'claimed-direct-source-deleted', mail: { ...direct, contentLoss: 'source_deleted', options: [] } },
  ...[7, 3, 1].map((daysLeft) => ({
    name: `reminder-${daysLeft}`,
    mail: { ...delayed, kind: 'reminder' as const, daysLeft },
  })),
  { name: 'claim-resent-delayed', mail: { ...delayed, kind: 'claim_resent', claimType: 'delayed' } },
  {
    name: 'claim-resent-direct',
    mail: { ...direct, kind: 'claim_resent', claimType: 'direct', contentLoss: 'migration_off' },
  },
]

const migrated = {
  ...user,
  kind: 'migration_completed',
  completedAt: '2026-12-06T10:16:00Z',
  conversationsMoved: 1_284,
  decidedBy: 'schedule',
  retentionDays: 365,
} as const

const completedImport = {
  organizationName: user.organizationName,
  firstName: '',
  kind: 'import_finished',
  fileName: 'people-november.csv',
  outcome: {
    status: 'completed',
    cancelled: false,
    rowsRead: 12_480,
    claimed: 11_902,
    refused: 561,
    unchanged: 17,
    ignoredColumns: ['Department', 'Phone'],
    contentLoss: { enterprise_source: 312, created_after_cutoff: 1 },
    reportUrl:
      'https://reports.example/reports/acme/imp-01.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=EXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=43200&X-Amz-Signature=4f5c',
    reportUrlEndsAt: '2026-11-22T22:40:00Z',
  },
} as const

const inactive = {
  organizationName: user.organizationName,
  firstName: '',
  named: [
    { name: 'Ada de Vries', address: 'ada.devries@acme.example' },
    { name: '', address: 'scanner-3@acme.example' },
  ],
  removedFrom: '2027-02-10T08:30:00Z',
}

const others: readonly SampleMail[] = [
  {
    name: 'revoked',
    mail: { ...user, kind: 'revoked', createdAt: claim.createdAt, revokedAt: '2026-11-30T16:02:00Z' },
  },
  ...decisionKinds.map((decision) => ({
    name: `decision-made-${decision.replaceAll('_', '-')}`,
    mail: { ...user, kind: 'decision_made' as const, decision, decidedAt: '2026-11-24T08:30:00Z' },
  })),
  {
    name: 'email-confirmation',
    mail: {
      kind: 'email_confirmation',
      organizationName: user.organizationName,
      address: user.address,
      newEmail: 'robin@home.example',
      expiresAt: '2026-11-25T08:30:00Z',
      confirmUrl:
        'https://claims.example/decisions/confirmations/a1QxcTd0S2JvdmpkZk1oVG5sd2hjUS9hY2MwMDA0Mn4wMUtBUEVHOVEw',
    },
  },
  {
    name: 'email-confirmed',
    mail: { ...user, kind: 'email_confirmed', newEmail: 'robin@home.example' },
  },
  { name: 'migration-completed', mail: migrated },
  {
    name: 'migration-completed-chosen',
    mail: { ...migrated, decidedBy: 'user', conversationsMoved: 1, retentionDays: null },
  },
  { name: 'migration-completed-empty', mail: { ...migrated, conversationsMoved: 0, retentionDays: 1 } },
  {
    name: 'users-inactivated',
    mail: { ...inactive, kind: 'users_inactivated', users: 23 },
  },
  {
    name: 'users-inactivated-one',
    mail: { ...inactive, kind: 'users_inactivated', users: 1, named: inactive.named.slice(0, 1) },
  },
  ...[10, 3, 1].map((daysLeft) => ({
    name: `removal-warning-${daysLeft}`,
    mail: { ...inactive, kind: 'removal_warning' as const, users: inactive.named.length, daysLeft },
  })),
  {
    name: 'mails-returned',
    mail: {
      kind: 'mails_returned',
      organizationName: user.organizationName,
      firstName: '',
      people: 23,
      more: false,
      named: inactive.named,
      url: 'https://claims.example/console/claims?notification=bounced',
    },
  },
  { name: 'import-finished', mail: completedImport },
  {
    name: 'import-finished-all-claimed',
    mail: {
      ...completedImport,
      outcome: {
        status: 'completed',
        cancelled: false,
        rowsRead: 3,
        claimed: 3,
        refused: 0,
        unchanged: 0,
        ignoredColumns: [],
        contentLoss: {},
        reportUrl: 'http://127.0.0.1:4001/reports/acme/imp-02.csv',
      },
    },
  },
  {
    name: 'import-cancelled',
    mail: {
      ...completedImport,
      outcome: { ...completedImport.outcome, cancelled: true, claimed: 4_200, refused: 8_263 },
    },
  },
  {
    name: 'import-failed',
    mail: {
      ...completedImport,
      outcome: {
        status: 'failed',
        error: { code: 'no_address_column', message: 'No column of addresses: line 1 has “Name”, “Phone”.' },
      },
    },
  },
]

export const sampleMails: readonly SampleMail[] = [...claims, ...others]
