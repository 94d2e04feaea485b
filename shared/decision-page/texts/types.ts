import type { Decider, ClaimType } from '../../rules/types.ts'
import type { Line, Span } from '../../mail/line.ts'
import type { ClaimWords } from '../../mail/texts/types.ts'

type OfClaim = (words: ClaimWords) => Line
/** Texts for refused forms; other codes are shown with their own message. */
export const decisionProblems = [
  /** Nothing was chosen. */
  'decision_required',
  /** It isn't an option of the claim. */
  'decision_not_offered',
  'new_email_required',
  'invalid_address',
  'unmailable_address',
  'email_taken',
  /** U2: the address is on a domain that the claiming org has verified or claimed. */
  'email_on_claimed_domain',
  /** N4: the address is suppressed. */
  'mail_bounced',
  'too_many_confirmations',
  /** The record kept changing while the decision was written. */
  'busy',
] as const
export type DecisionProblem = (typeof decisionProblems)[number]

/** Problems of the new address, shown at its field. */
export const newEmailProblems: ReadonlySet<string> = new Set<DecisionProblem>([
  'new_email_required',
  'invalid_address',
  'unmailable_address',
  'email_taken',
  'email_on_claimed_domain',
  'mail_bounced',
  'too_many_confirmations',
])

/** Texts of the pages, besides those shared with mails (`ClaimTexts`). */
export interface PageTexts {
  readonly choose: {
    readonly heading: Record<ClaimType, Line>
    readonly legend: Line
    readonly newEmail: Line
    readonly newEmailHint: OfClaim
    readonly submit: Line
    readonly noPassword: Line
  }
  readonly problem: {
    readonly heading: Line
    readonly inTitle: (title: Line) => Line
    readonly of: Record<DecisionProblem, OfClaim>
  }
  readonly confirm: {
    readonly heading: Line
    readonly lead: OfClaim
    readonly submit: Line
    readonly back: Line
  }
  /** U2: on the decision page, while a new address waits to be confirmed. */
  readonly pending: { readonly heading: Line; readonly text: (words: { expiresAt: Span }) => Line }
  /** U2: the page shown after `change_email` was chosen. */
  readonly sent: {
    readonly heading: Line
    readonly text: (words: { newEmail: Span; expiresAt: Span }) => Line
    readonly notArrived: Line
    readonly again: Line
  }
  /** U2: the page behind the link in the confirmation mail. */
  readonly confirmEmail: {
    readonly heading: Line
    readonly lead: (words: { org: Span; masked: Span; newEmail: Span }) => Line
    readonly effect: Line
    readonly until: (words: { expiresAt: Span }) => Line
    readonly submit: Line
    readonly notYou: Line
    readonly another: Line
    readonly gone: { readonly heading: Line; readonly text: Line }
  }
  readonly decided: { readonly close: Line }
  readonly already: {
    readonly heading: Line
    readonly by: Record<Decider, (words: { at: Span }) => Line>
    readonly stands: Line
  }
  readonly gone: { readonly heading: Line; readonly text: Line }
}
