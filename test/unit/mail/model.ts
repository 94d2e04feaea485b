import type { ClaimType, ContentLossReason, DecisionKind } from '../../../shared/rules/types.ts'
import type { Mail } from '../../../shared/mail/model.ts'

export const kinds: readonly DecisionKind[] = ['change_email', 'transfer_content', 'delete_original']

/** Every set of options, the empty one too: 8. */
export const optionSets: readonly (readonly DecisionKind[])[] = Array.from(
  { length: 2 ** kinds.length },
  (_, bits) => kinds.filter((_kind, index) => (bits >> index) % 2 === 1),
)

export const lossReasons = {
  migration_off: true,
  chosen_direct: true,
  enterprise_source: true,
  created_after_cutoff: true,
  other_region: true,
  source_deleted: true,
} as const satisfies Record<ContentLossReason, true>

const everyLoss: Record<ContentLossReason, number> = {
  migration_off: 61,
  chosen_direct: 62,
  enterprise_source: 63,
  created_after_cutoff: 64,
  other_region: 65,
  source_deleted: 66,
}

export const reasons: readonly (ContentLossReason | undefined)[] = [
  undefined,
  ...(Object.keys(lossReasons) as ContentLossReason[]),
]

export interface ClaimVariation {
  readonly options: readonly DecisionKind[]
  readonly contentLoss?: ContentLossReason | undefined
}

export interface Names {
  readonly organizationName: string
  readonly firstName: string
  readonly address: string
  /** For the old account. */
  readonly newEmail: string
  /** Of a user who is named to admins. */
  readonly person: string
  readonly fileName: string
  readonly message: string
  readonly code: string
}

export const names: Names = {
  organizationName: 'Umbrella & Söhne',
  firstName: 'Zoë',
  address: 'zoe.o’neil@umbrella.example',
  newEmail: 'zoe@home.example',
  person: 'Zoë van O’Neil',
  fileName: 'people <final>.csv',
  message: 'The quote that opens in line 7 is never closed.',
  code: 'unclosed_quote',
}

export const decisionUrl = 'https://claims.example/decisions/AbC-dEf_012?a=1&b=2'
export const confirmUrl = 'https://claims.example/decisions/confirmations/AbC-dEf_012?a=1&b=2'
export const reportUrl = 'https://reports.example/r.csv?X-Amz-Expires=60&X-Amz-Signature=ab'

const claimOf = (
  { options, contentLoss }: ClaimVariation,
  { organizationName, firstName, address }: Names,
) => ({
  organizationName,
  firstName,
  address,
  createdAt: '2026-03-01T09:05:00Z',
  endsAt: '2026-03-15T09:05:00Z',
  options,
  contentLoss,
  decisionUrl,
})

/** Every mail about an open claim, by what varies in it. */
export const claimMails = (variation: ClaimVariation, of: Names = names): readonly Mail[] => [
  { ...claimOf(variation, of), kind: 'claimed_direct' },
  { ...claimOf(variation, of), kind: 'claimed_delayed' },
  ...([0, 1, 3, 7] as const).map((daysLeft) => ({
    ...claimOf(variation, of),
    kind: 'reminder' as const,
    daysLeft,
  })),
  ...(['direct', 'delayed'] satisfies ClaimType[]).map((claimType) => ({
    ...claimOf(variation, of),
    kind: 'claim_resent' as const,
    claimType,
  })),
]

/** Every mail that isn't about an open claim, in all its shapes. */
export function otherMails(of: Names = names): readonly Mail[] {
  const { organizationName, firstName, address, fileName, message, code } = of
  const user = { organizationName, firstName, address }
  const counts = {
    status: 'completed',
    cancelled: false,
    rowsRead: 1_203,
    claimed: 1_100,
    refused: 98,
    unchanged: 5,
    ignoredColumns: [],
    contentLoss: {},
  } as const
  const told = { ignoredColumns: [of.person, fileName], contentLoss: { ...everyLoss, migration_off: 77 } }
  const file = { kind: 'import_finished', organizationName, firstName, fileName } as const
  const migrated = { ...user, kind: 'migration_completed', completedAt: '2026-03-15T09:06:00Z' } as const
  const inactive = {
    organizationName,
    firstName,
    named: [{ name: of.person, address }],
    removedFrom: '2026-05-31T00:10:00Z',
  }
  return [
    { ...user, kind: 'revoked', createdAt: '2026-03-01T09:05:00Z', revokedAt: '2026-03-04T17:45:00Z' },
    ...kinds.map((decision) => ({
      ...user,
      kind: 'decision_made' as const,
      decision,
      decidedAt: '2026-03-03T12:30:00Z',
    })),
    {
      kind: 'email_confirmation',
      organizationName,
      address,
      newEmail: of.newEmail,
      expiresAt: '2026-03-04T09:05:00Z',
      confirmUrl,
    },
    { ...user, kind: 'email_confirmed', newEmail: of.newEmail },
    ...(['user', 'schedule'] as const).flatMap((decidedBy) =>
      [0, 1, 4_321].flatMap((conversationsMoved) =>
        [null, 1, 365].map((retentionDays) => ({
          ...migrated,
          decidedBy,
          conversationsMoved,
          retentionDays,
        })),
      ),
    ),
    ...[1, 4_321].map((users) => ({ ...inactive, kind: 'users_inactivated' as const, users })),
    ...[1, 10].map((daysLeft) => ({
      ...inactive,
      kind: 'removal_warning' as const,
      users: 4_321,
      daysLeft,
    })),
    ...[1, 4_321].map((people) => ({
      kind: 'mails_returned' as const,
      organizationName,
      firstName,
      people,
      more: people > 1,
      named: inactive.named,
      url: decisionUrl,
    })),
    { ...file, outcome: counts },
    { ...file, outcome: { ...counts, reportUrl } },
    { ...file, outcome: { ...counts, ...told, reportUrl } },
    { ...file, outcome: { ...counts, refused: 0, contentLoss: { chosen_direct: 1 }, reportUrl } },
    { ...file, outcome: { ...counts, refused: 0, reportUrl, reportUrlEndsAt: '2026-03-02T21:00:00Z' } },
    ...[0, 98].map((refused) => ({
      ...file,
      outcome: { ...counts, ...told, cancelled: true, refused, reportUrl },
    })),
    { ...file, outcome: { status: 'failed', error: { code, message } } },
  ]
}
