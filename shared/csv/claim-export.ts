import type { AccountStatus, ClaimType, ContentLossReason } from '../rules/types.ts'
import { licensesCell } from './claim-columns.ts'
import { neutralise } from './formula.ts'
import { CLAIM_HEADERS } from './header-names.ts'
import { isReadableName } from './row.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'

/** A user that can be claimed, and how the claim would be. */
export interface ExportedUser {
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly email: string
  readonly status: AccountStatus
  readonly sourceOrgName: string
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason | undefined
  /** Those of the org's template. */
  readonly licenses: readonly string[]
}

const DELIMITER = ','
const CONTROLS = /\p{Cc}+/gu

/** The first line of the list of claimable users: UTF-8 with a byte order mark. */
export const EXPORT_HEADER =
  BYTE_ORDER_MARK +
  csvLine(
    [
      CLAIM_HEADERS.firstName[0],
      CLAIM_HEADERS.lastName[0],
      CLAIM_HEADERS.displayName[0],
      CLAIM_HEADERS.address[0],
      'User Status',
      'Source Organization',
      CLAIM_HEADERS.type[0],
      CLAIM_HEADERS.contentLoss[0],
      CLAIM_HEADERS.licenses[0],
    ],
    DELIMITER,
  )

/** Their lines, each of which claims the user as it says when it is imported unchanged (I8). */
export function exportLines(users: readonly ExportedUser[]): string {
  return csvLines(
    users.map((user) => [
      ...namesOf(user),
      neutralise(user.email),
      user.status,
      // Nobody reads it back; a control character would spoil the whole file for those who do.
      neutralise(user.sourceOrgName.replace(CONTROLS, ' ')),
      user.type,
      user.contentLoss ?? '',
      licensesCell(user.licenses),
    ]),
    DELIMITER,
  )
}

/**
 * Names, less those that an import would refuse: an empty cell leaves the account's own. A display name goes only with
 * the others, since the one that is left out is made of them as soon as they are given.
 */
function namesOf({ firstName, lastName, displayName }: ExportedUser): string[] {
  if (!isReadableName(displayName)) return ['', '', '']
  return [firstName, lastName, displayName].map((name) => (isReadableName(name) ? neutralise(name) : ''))
}
