import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { useLocalization } from '../i18n/provider.tsx'
import { Page } from './page.tsx'

/**
 * Catches a bug in a screen, or a failure to load its file because a deployment has removed it. The rest of the page
 * keeps working.
 */
export function ScreenError() {
  const { t } = useLocalization()
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  return (
    <Page title={t.problem.broken}>
      <Alert
        type="error"
        action={<Button onClick={() => window.location.reload()}>{t.problem.reload}</Button>}
      >
        {t.problem.brokenText}
      </Alert>
    </Page>
  )
}

export function NotFound() {
  const { t } = useLocalization()
  return (
    <Page title={t.problem.notFound}>
      <Alert type="info">{t.problem.notFoundText}</Alert>
    </Page>
  )
}
