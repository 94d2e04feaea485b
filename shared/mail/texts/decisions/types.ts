import type { DecisionKind } from '../../../rules/types.ts'
import type { Line, Span } from '../../line.ts'

interface ConfirmationWords {
  readonly org: Span
  /** The claimed address with its local part shortened, since the reader may be a stranger. */
  readonly masked: Span
  readonly newEmail: Span
  readonly expiresAt: Span
}

interface DecidedWords {
  readonly org: Span
  readonly address: Span
  readonly newEmail: Span | undefined
}

/** Texts about a decision that mails and pages share (U2, U7). */
export interface DecisionTexts {
  readonly heading: Record<DecisionKind, Line>
  /** What happens now. */
  readonly next: Record<DecisionKind, (words: DecidedWords) => Line>
  /** U7, to the claimed address. */
  readonly acknowledged: {
    readonly subject: Record<DecisionKind, (words: { org: Span }) => Line>
    readonly lead: (words: { address: Span; at: Span }) => Line
    readonly notYouHeading: Line
    readonly notYou: (words: { org: Span }) => Line
  }
  /** U2, to the new address, before the decision. */
  readonly confirmation: {
    readonly subject: (words: { org: Span }) => Line
    readonly heading: Line
    readonly lead: (words: ConfirmationWords) => Line
    readonly effect: (words: ConfirmationWords) => Line
    readonly button: Line
    readonly opensPage: Line
    readonly until: (words: ConfirmationWords) => Line
    readonly notYou: Line
    readonly why: (words: { org: Span }) => Line
  }
  /** U7, to the new address, after it. */
  readonly confirmed: {
    readonly subject: (words: { org: Span }) => Line
    readonly why: Line
  }
}
