import type { DueMinute } from '../rules/due/due-minutes.ts'

/** A message for a worker: what a look would hand on if it found one claim and no other. */
export interface LoneWork {
  readonly claimId: string
  readonly worker: 'mail' | 'migrate'
  readonly message: object
}

/** A minute in which something falls due; `alone`: what is to be done if nothing else does. */
export interface ScheduledMinute extends DueMinute {
  readonly alone?: LoneWork | undefined
}
