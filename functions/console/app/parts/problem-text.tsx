import Link from '@cloudscape-design/components/link'
import { explanationOf, problemOf } from '../api/problem.ts'
import { useLocalization } from '../i18n/provider.tsx'

/** The API's own words for what went wrong, where in the input, and where to read more. */
export function ProblemText({ error }: { readonly error: unknown }) {
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
          <Link external href={explanationOf(code)} color="inverted" externalIconAriaLabel={t.opensNewTab}>
            {t.problem.more}
          </Link>
        </>
      )}
    </>
  )
}
