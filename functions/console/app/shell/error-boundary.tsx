import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { useLocalization } from '../i18n/provider.tsx'
import { Page } from './page.tsx'

/** A bug in a screen, or its file that a deployment has taken away: the rest goes on. */
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
