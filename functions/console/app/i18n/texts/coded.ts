import type { Schemas } from '../../api/client.ts'

/** The codes that a map of texts has. The compiler makes sure that it has every code of the OpenAPI document. */
export const codesIn = <Code extends string>(texts: Readonly<Record<Code, string>>): readonly Code[] =>
  Object.keys(texts).filter((text): text is Code => Object.hasOwn(texts, text))

/** Whether a text, such as one from the page’s address, is one of these codes. */
export const isCodeIn = <Code extends string>(
  texts: Readonly<Record<Code, string>>,
  text: string | null,
): text is Code => text !== null && Object.hasOwn(texts, text)

type Of<Key extends string> = Readonly<Record<Key, string>>

/** The other texts of a screen. */
type Rest = Readonly<Record<string, unknown>>

export type RowResult = Schemas['ListImportRowsResponse']['items'][number]['result']

/** The texts for the API’s codes. Each language must have one for every code of the OpenAPI document. */
export interface CodedTexts {
  readonly claimStatus: Of<Schemas['ClaimStatus']>
  readonly claimType: Of<Schemas['ClaimType']>
  readonly userStatus: Of<keyof Schemas['Summary']['users']['byStatus']>
  readonly decision: Of<Schemas['DecisionKind']>
  readonly contentLoss: Of<Schemas['ContentLossReason']>
  readonly mailState: Of<Schemas['Claim']['notification']>
  readonly mailKind: Of<Schemas['MailKind']>
  readonly refusal: Of<Schemas['RefusalCode']>
  readonly notRevocable: Of<NonNullable<Schemas['Claim']['notRevocableBecause']>>
  readonly imports: Rest & {
    readonly status: Of<Schemas['ImportStatus']>
    readonly result: Of<RowResult>
  }
  readonly directory: Rest & {
    readonly modes: Of<Schemas['SyncMode']>
    readonly status: Of<Schemas['SyncStatus']>
    readonly counts: Of<keyof Schemas['SyncCounts']>
    readonly outcomes: Of<Schemas['SyncOutcome']>
  }
  readonly domains: Rest & { readonly inBrief: Of<Schemas['Domain']['status']> }
  readonly held: Of<NonNullable<Schemas['Claim']['heldBecause']>>
}
