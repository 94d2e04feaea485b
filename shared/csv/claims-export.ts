import { licensesCell } from './claim-columns.ts'
import { neutralise } from './formula.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'

/** A line of the list of an org's claims. Instants are ISO 8601 in UTC. */
export interface ExportedClaim {
  readonly claimId: string
  readonly email: string
  readonly type: string
  readonly status: string
  readonly createdAt: string
  readonly endsAt: string
  readonly signedInAt?: string | undefined
  readonly decision?: { readonly kind: string; readonly at: string } | undefined
  readonly completedAt?: string | undefined
  readonly revokedAt?: string | undefined
  readonly contentLoss?: { readonly reason: string } | undefined
  readonly licenses: readonly string[]
  readonly notification: string
  readonly sourceOrganizationName: string
  readonly originalUserId: string
  readonly newUserId: string
  readonly importId?: string | undefined
  readonly createdBy: string
}

const DELIMITER = ','
const CONTROLS = /\p{Cc}+/gu

const columns: readonly (readonly [string, (claim: ExportedClaim) => string])[] = [
  ['Claim ID', ({ claimId }) => claimId],
  ['Email', ({ email }) => email],
  ['Claim Type', ({ type }) => type],
  ['Status', ({ status }) => status],
  ['Created', ({ createdAt }) => createdAt],
  ['Ends', ({ endsAt }) => endsAt],
  ['Signed In', ({ signedInAt }) => signedInAt ?? ''],
  ['Decision', ({ decision }) => decision?.kind ?? ''],
  ['Decided', ({ decision }) => decision?.at ?? ''],
  ['Completed', ({ completedAt }) => completedAt ?? ''],
  ['Revoked', ({ revokedAt }) => revokedAt ?? ''],
  ['Content Loss', ({ contentLoss }) => contentLoss?.reason ?? ''],
  ['Licenses', ({ licenses }) => licensesCell(licenses)],
  ['Notification', ({ notification }) => notification],
  ['Source Organization', ({ sourceOrganizationName }) => sourceOrganizationName],
  ['Original User ID', ({ originalUserId }) => originalUserId],
  ['New User ID', ({ newUserId }) => newUserId],
  ['Import ID', ({ importId }) => importId ?? ''],
  ['Created By', ({ createdBy }) => createdBy],
]

/** The header line, with a byte order mark. */
export const CLAIMS_HEADER =
  BYTE_ORDER_MARK +
  csvLine(
    columns.map(([name]) => name),
    DELIMITER,
  )

/** The claims' lines. I7: cells that a spreadsheet would run as a formula are neutralised. */
export const claimLines = (claims: readonly ExportedClaim[]): string =>
  csvLines(
    claims.map((claim) => columns.map(([, cellOf]) => neutralise(cellOf(claim).replace(CONTROLS, ' ')))),
    DELIMITER,
  )
