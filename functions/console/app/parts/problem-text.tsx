import Link from '@cloudscape-design/components/link'
import { explanationOf, problemOf } from '../api/problem.ts'
import { useLocalization } from '../i18n/provider.tsx'

interface ProblemTextProps {
  readonly error: unknown
  /** On a dark ground, as a flash has. */
  readonly isInverted?: boolean
}

/** The API's own words for what went wrong, where in the input, and where to read more. */
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
