import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocalization } from '../i18n/provider.tsx'
import { Loading } from '../parts/states.tsx'
import type { Outside } from '../session/start.ts'
import { signIn } from '../session/user-manager.ts'
import { BASE, settings } from '../settings.ts'
import { Plain } from './plain.tsx'

/** Shown to somebody who isn't signed in: on the way to the issuer, signed out, or refused. */
export function Entrance({ start }: { readonly start: Outside }) {
  const { t } = useLocalization()
  const button = (
    <Button variant="primary" onClick={() => signIn(BASE)}>
      {t.entrance.signIn}
    </Button>
  )
  return (
    <Plain>
      <SpaceBetween size="l">
        <Box variant="h1">{settings.productName}</Box>
        <Words start={start} button={button} />
      </SpaceBetween>
    </Plain>
  )
}

function Words({ start, button }: { readonly start: Outside; readonly button: React.ReactNode }) {
  const { t } = useLocalization()
  switch (start.kind) {
    case 'leaving':
      return <Loading />
    case 'signed_out':
      return (
        <SpaceBetween size="m">
          <Box>{t.entrance.signedOut}</Box>
          {button}
        </SpaceBetween>
      )
    case 'failed':
      return (
        <Alert type="error" header={t.entrance.failed} action={button}>
          {start.detail}
        </Alert>
      )
    case 'not_set_up':
      return (
        <Alert type="info" header={t.entrance.notSetUp}>
          {t.entrance.notSetUpText}
        </Alert>
      )
  }
}
