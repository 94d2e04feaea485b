import Link from '@cloudscape-design/components/link'
import { explanationOf, problemOf } from '../api/problem.ts'
import { useLocalization } from '../i18n/provider.tsx'

interface ProblemTextProps {
  readonly error: unknown
  /** Whether it is shown on a dark background, as in a flash. */
  readonly isInverted?: boolean
}

/** A problem in the API's own words: what went wrong, where in the input, and a link to more. */
export function ProblemText({ error, isInverted = false }: ProblemTextProps) {
  const { t } = useLocalization()
  const { code, detail, errors = [] } = problemOf(error)
  return (
    <>
      {detail ?? t.problem.noAnswer}
      {errors.length > 0 && (
        <ul>
          {errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>{path === '' ? message : `${path}: ${message}`}</li>
          ))}
        </ul>
      )}
      {code !== undefined && (
        <>
          {' '}
          <Link
            external
            href={explanationOf(code)}
            color={isInverted ? 'inverted' : 'normal'}
            externalIconAriaLabel={t.opensNewTab}
          >
            {t.problem.more}
          </Link>
        </>
      )}
    </>
  )
}
