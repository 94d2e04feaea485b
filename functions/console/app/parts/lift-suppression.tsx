import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { api, queryClient } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { useSession } from '../session/session.tsx'
import { useFlashes } from '../shell/flashes.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'

/**
 * N4: a button beside a suppressed address, by which an admin says that mail arrives there again. Not shown to
 * readers.
 */
export function LiftSuppression({ email }: { readonly email: string }) {
  const { t } = useLocalization()
  const session = useSession()
  const { say, fail } = useFlashes()
  const [isAsked, setAsked] = useState(false)
  const lift = api.useMutation('delete', '/v1/suppressions/{email}', {
    async onSuccess() {
      say({ type: 'success', header: t.suppression.lifted, content: email })
      await queryClient.invalidateQueries()
    },
    onError: fail,
    onSettled: () => setAsked(false),
  })
  if (!session.may('org:write')) return null
  return (
    <>
      <Button
        variant="inline-link"
        ariaLabel={`${t.suppression.lift}: ${email}`}
        onClick={() => setAsked(true)}
      >
        {t.suppression.lift}
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={t.suppression.title(email)}
          action={t.suppression.lift}
          isRunning={lift.isPending}
          onConfirm={() => lift.mutate({ params: { path: { email } } })}
          onClose={() => setAsked(false)}
        >
          {t.suppression.text}
        </ConfirmDialog>
      )}
    </>
  )
}
