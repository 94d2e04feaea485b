/** P1: an import's rows may be gone through twice, each time with outcomes of their own. */
export type ImportPass = 'preview' | 'claim'

/** Which of them it is at, or was at last. */
export const passOf = ({
  preview,
  confirmedAt,
}: {
  readonly preview?: true | undefined
  readonly confirmedAt?: string | undefined
}): ImportPass => (preview === true && confirmedAt === undefined ? 'preview' : 'claim')
