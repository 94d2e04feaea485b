import type { Schemas } from '../../api/client.ts'

type Of<Key extends string> = Readonly<Record<Key, string>>

/** The texts of what the API says by codes: each language has one for every code that its description has. */
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
  readonly held: Of<NonNullable<Schemas['Claim']['heldBecause']>>
}
