import { licensesIn } from '../../parts/license-text.ts'
import type { Schemas } from '../../api/client.ts'
import { invitationsOf } from '../../parts/invitations-question.tsx'
import { type Entered, parseEntered } from './entered.ts'

export type Way = 'list' | 'hand' | 'file'

/** The input that the wizard collects. */
export interface Order {
  readonly way: Way
  readonly chosen: readonly Schemas['ClaimableUser'][]
  readonly entered: string
  readonly file: File | undefined
  /** Empty: each user’s default type. */
  readonly type: '' | Schemas['ClaimType']
  readonly licensesFrom: 'template' | 'own'
  readonly ownLicenses: string
  /** N3: whether invitations to the licences are sent. */
  readonly sendInvitations: boolean
}

export const emptyOrder: Order = {
  way: 'list',
  chosen: [],
  entered: '',
  file: undefined,
  type: '',
  licensesFrom: 'template',
  ownLicenses: '',
  sendInvitations: true,
}

export const licensesOf = ({ licensesFrom, ownLicenses }: Order): readonly string[] =>
  licensesFrom === 'template' ? [] : licensesIn(ownLicenses)

const target = ({ email, firstName, lastName }: Entered) => ({
  email,
  ...(firstName !== undefined && { firstName }),
  ...(lastName !== undefined && { lastName }),
})

/** The request for the API, the same for the preview and for the claims. */
export function requestOf(order: Order): Omit<Schemas['ClaimRequest'], 'acknowledgePermanent'> {
  const licenses = [...licensesOf(order)]
  return {
    users:
      order.way === 'list'
        ? order.chosen.map(({ userId }) => ({ userId }))
        : parseEntered(order.entered).users.map(target),
    ...(order.type !== '' && { type: order.type }),
    ...(licenses.length > 0 && { licenses }),
    ...invitationsOf(order.sendInvitations),
  }
}

/** The address of a result’s user. Results name users as the request did, so by id or by address. */
export function addressOf(
  order: Order,
  result: { readonly email?: string; readonly userId?: string },
): string {
  const listed = order.chosen.find(({ userId }) => userId === result.userId)
  return result.email ?? listed?.email ?? result.userId ?? ''
}
