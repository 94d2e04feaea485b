import type { AccountStatus, ClaimType, ContentLossReason } from '../rules/types.ts'
import { licensesCell } from './claim-columns.ts'
import { neutralise } from './formula.ts'
import { CLAIM_HEADERS } from './header-names.ts'
import { isReadableName } from './row.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'

/** A claimable user with the claim that would be made. */
export interface ExportedUser {
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly email: string
  readonly status: AccountStatus
  readonly sourceOrgName: string
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason | undefined
  /** The licences of the org's template. */
  readonly licenses: readonly string[]
}

const DELIMITER = ','
const CONTROLS = /\p{Cc}+/gu

/** The export's header line, with a byte order mark. */
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

/** The users' lines. Imported unchanged, each claims its user as it says (I8). */
export function exportLines(users: readonly ExportedUser[]): string {
  return csvLines(
    users.map((user) => [
      ...namesOf(user),
      neutralise(user.email),
      user.status,
      // This column isn't read back, but a control character would make the whole file unreadable.
      neutralise(user.sourceOrgName.replace(CONTROLS, ' ')),
      user.type,
      user.contentLoss ?? '',
      licensesCell(user.licenses),
    ]),
    DELIMITER,
  )
}

/**
 * The name cells. A name that an import would refuse is left empty, which keeps the account's own. The display name is
 * only written together with the other two: an import that gives those and not the display name composes a new one.
 */
function namesOf({ firstName, lastName, displayName }: ExportedUser): string[] {
  if (!isReadableName(displayName)) return ['', '', '']
  return [firstName, lastName, displayName].map((name) => (isReadableName(name) ? neutralise(name) : ''))
}
