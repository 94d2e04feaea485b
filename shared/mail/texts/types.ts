import type { ClaimType, ContentLossReason, DecisionKind } from '../../rules/types.ts'
import type { Line, Span } from '../line.ts'
import type { DecisionTexts } from './decisions/types.ts'

/**
 * What a language has to say. A text that a language lacks doesn't compile, and neither does one for a kind of claim,
 * decision or content loss that the domain gained.
 */

/** What texts about a claim may name. */
export interface ClaimWords {
  readonly org: Span
  readonly address: Span
  /** The address's domain, which the org has proven to be its own. */
  readonly domain: Span
  readonly createdAt: Span
  readonly endsAt: Span
  /** The day alone. */
  readonly endsOn: Span
}

type OfClaim = (words: ClaimWords) => Line

/** What mails and the decision page tell of a claim in the same words. */
export interface ClaimTexts {
  readonly claimed: OfClaim
  readonly situation: Record<ClaimType, OfClaim>
  /** Instead, where the organization that the old account was in has been deleted. */
  readonly situationWithoutOld: OfClaim
  readonly optionTitle: Record<DecisionKind, (words: { org: Span }) => Line>
  readonly optionEffect: Record<ClaimType, Record<DecisionKind, OfClaim>>
  readonly once: Line
  /** U1: why deleting isn't among the options. */
  readonly paid: Line
  readonly nothingToChoose: Line
  readonly lossHeading: Line
  readonly lossReason: Record<ContentLossReason, OfClaim>
  readonly lossStaysBehind: OfClaim
  readonly lossGone: OfClaim
  readonly idleHeading: Line
  readonly idle: Record<ClaimType, OfClaim>
  readonly mistakeHeading: Line
  readonly mistake: OfClaim
  /** Nothing is to be chosen any more, and nothing withdrawn. */
  readonly mistakeWithoutChoice: OfClaim
}

export interface InactiveWords {
  readonly org: Span
  readonly users: Line
  readonly count: number
  /** `count`, as it is written. */
  readonly number: Span
  readonly removedOn: Span
}

export interface ReturnedWords {
  readonly org: Span
  readonly count: number
  /** `count`, as it is written. */
  readonly number: Span
}

export interface MailTexts {
  readonly greeting: (firstName: Span | undefined) => Line
  readonly unnamedOrganization: string
  /** A date and a time of day with their zone's name, as they stand after "on" and "until". */
  readonly instant: (date: string, time: string, zone: string) => string
  /** N5: who writes, whom to ask, and how to find out whether it is true. */
  readonly sender: {
    readonly sentFor: (words: { product: Span; org: Span }) => Line
    readonly ask: (words: { org: Span; contact: Span }) => Line
    readonly help: (words: { product: Span; support: Span }) => Line
    readonly doubtHeading: Line
    readonly doubt: (words: { product: Span; org: Span; host: Span }) => Line
  }
  readonly noPassword: Line
  readonly noPasswordByLink: Line
  readonly whyThisMail: (words: { org: Span; address: Span }) => Line
  readonly linkAsText: Line

  readonly claim: ClaimTexts
  readonly decision: DecisionTexts
  readonly claimMail: {
    readonly subject: Record<ClaimType, OfClaim>
    readonly subjectWithoutChoice: OfClaim
    readonly heading: Record<ClaimType, OfClaim>
    readonly choiceHeading: Line
    readonly button: Line
    readonly opensPage: Line
    readonly resentSubject: (subject: Line) => Line
    readonly resent: OfClaim
  }
  readonly reminder: {
    readonly daysLeft: (count: number) => string
    readonly subject: (words: ClaimWords & { daysLeft: Span }) => Line
    readonly heading: (words: ClaimWords & { daysLeft: Span }) => Line
    readonly lead: OfClaim
  }
  readonly revoked: {
    readonly subject: (words: { org: Span }) => Line
    readonly heading: (words: { org: Span }) => Line
    readonly lead: (words: { org: Span; address: Span; createdAt: Span; revokedAt: Span }) => Line
    readonly meansHeading: Line
    readonly means: (words: { org: Span }) => Line
    readonly idle: (words: { address: Span }) => Line
  }
  readonly migrated: {
    readonly subject: (words: { org: Span }) => Line
    readonly heading: (words: { org: Span }) => Line
    readonly lead: Record<
      'user' | 'schedule',
      (words: { org: Span; address: Span; completedAt: Span }) => Line
    >
    readonly moved: (words: { count: number; number: Span }) => Line
    readonly oldAccount: Line
    readonly retentionHeading: Line
    readonly retention: (words: { org: Span; days: number; number: Span }) => Line
    readonly retentionUnlimited: (words: { org: Span }) => Line
    readonly idle: (words: { org: Span; address: Span }) => Line
  }
  /** To admins, about all whom one sync made inactive. */
  readonly inactive: {
    /** So many of them, as the subject or object of a sentence. */
    readonly users: (words: { count: number; number: Span }) => Line
    readonly subject: (words: InactiveWords) => Line
    readonly heading: (words: InactiveWords) => Line
    readonly lead: (words: InactiveWords) => Line
    readonly inDays: (count: number) => string
    readonly warningSubject: (words: InactiveWords & { inDays: Span }) => Line
    readonly warningHeading: (words: InactiveWords & { inDays: Span }) => Line
    readonly warningLead: (words: InactiveWords) => Line
    readonly next: (words: { removedFrom: Span }) => Line
    readonly namedHeading: Line
    readonly more: (words: { count: number; number: Span }) => Line
    readonly mistakeHeading: Line
    readonly mistake: (words: { org: Span }) => Line
    readonly idle: Line
  }
  /** N4: to admins, about claims whose mails came back. */
  readonly returned: {
    readonly subject: (words: ReturnedWords) => Line
    readonly heading: (words: { org: Span }) => Line
    readonly lead: (words: ReturnedWords) => Line
    readonly next: Line
    readonly remedyHeading: Line
    readonly remedy: Line
    readonly button: Line
  }
  readonly imported: {
    readonly subject: (words: { file: Span; claimed: Span; refused: Span }) => Line
    readonly heading: (words: { file: Span }) => Line
    readonly lead: (words: { file: Span; org: Span }) => Line
    /** I12 */
    readonly cancelledSubject: (words: { file: Span; claimed: Span; refused: Span }) => Line
    readonly cancelledHeading: (words: { file: Span }) => Line
    readonly cancelledLead: (words: { file: Span; org: Span }) => Line
    readonly counts: Record<'rowsRead' | 'claimed' | 'refused' | 'unchanged', Line>
    readonly told: Line
    /** I9 */
    readonly ignored: (words: { columns: Line }) => Line
    /** I10: so many claims lose their content, and why. */
    readonly lossHeading: Line
    readonly lossLead: (words: { count: number; number: Span }) => Line
    readonly loss: Record<ContentLossReason, (words: { number: Span }) => Line>
    readonly reportHeading: Line
    /** The first sentence; the others follow it where they are true. */
    readonly reportHas: Line
    readonly reportToCorrect: Line
    readonly reportComplete: Line
    readonly reportWithLoss: Line
    readonly reportOfCancelled: Line
    readonly reportButton: Line
    readonly reportEnds: (words: { reportEndsAt: Span }) => Line
    readonly failedSubject: (words: { file: Span }) => Line
    readonly failedHeading: (words: { file: Span }) => Line
    readonly failedLead: (words: { file: Span; org: Span }) => Line
    readonly failedReason: Line
    readonly failedNext: Line
    readonly why: (words: { org: Span }) => Line
  }
}
