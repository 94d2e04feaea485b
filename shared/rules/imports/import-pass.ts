/** P1: an import's rows may be processed twice, for the preview and for the claims, with separate outcomes. */
export type ImportPass = 'preview' | 'claim'

/** The current or last pass of the import. */
export const passOf = ({
  preview,
  confirmedAt,
}: {
  readonly preview?: true | undefined
  readonly confirmedAt?: string | undefined
}): ImportPass => (preview === true && confirmedAt === undefined ? 'preview' : 'claim')
