import type { Decider, ClaimType, ContentLossReason, DecisionKind } from '../../rules/types.ts'
import type { Line, Span } from '../line.ts'
import type { DecisionTexts } from './decisions/types.ts'

/**
 * The texts of a language. A missing text doesn't compile, nor does one for a kind of claim, decision or content loss
 * that was added to the domain.
 */

/** Placeholders of texts about a claim. */
export interface ClaimWords {
  readonly org: Span
  readonly address: Span
  /** The address's domain, which the org has verified. */
  readonly domain: Span
  readonly createdAt: Span
  readonly endsAt: Span
  /** The day without a time. */
  readonly endsOn: Span
}

type OfClaim = (words: ClaimWords) => Line

/** Texts about a claim that mails and the decision page share. */
export interface ClaimTexts {
  readonly claimed: OfClaim
  readonly situation: Record<ClaimType, OfClaim>
  /** Used instead if the source organization has been deleted. */
  readonly situationWithoutOld: OfClaim
  readonly optionTitle: Record<DecisionKind, (words: { org: Span }) => Line>
  readonly optionEffect: Record<ClaimType, Record<DecisionKind, OfClaim>>
  readonly once: Line
  /** U1: why deletion isn't offered. */
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
  /** No decision is open, and the claim can't be revoked. */
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
  /** A date and time with the zone's name, as used after "on" and "until". */
  readonly instant: (date: string, time: string, zone: string) => string
  /** N5: who the sender is, whom to ask, and how to verify the mail. */
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
    readonly lead: Record<Decider, (words: { org: Span; address: Span; completedAt: Span }) => Line>
    readonly moved: (words: { count: number; number: Span }) => Line
    readonly oldAccount: Line
    readonly retentionHeading: Line
    readonly retention: (words: { org: Span; days: number; number: Span }) => Line
    readonly retentionUnlimited: (words: { org: Span }) => Line
    readonly idle: (words: { org: Span; address: Span }) => Line
  }
  /** To admins, about all users whom one sync made inactive. */
  readonly inactive: {
    /** A number of users, as the subject or object of a sentence. */
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
  /** N4: to admins, about claims whose mails bounced. */
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
    readonly informed: Line
    /** I9 */
    readonly ignored: (words: { columns: Line }) => Line
    /** I10: how many claims lose their content, and why. */
    readonly lossHeading: Line
    readonly lossLead: (words: { count: number; number: Span }) => Line
    readonly loss: Record<ContentLossReason, (words: { number: Span }) => Line>
    readonly reportHeading: Line
    /** The first sentence; the others follow where they apply. */
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
