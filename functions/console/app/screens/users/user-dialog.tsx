import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { api, queryClient, type Schemas, useUserWithVersion } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { LanguageSelect } from '../../parts/language-select.tsx'
import { licensesIn } from '../../parts/license-text.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ProblemText } from '../../parts/problem-text.tsx'
import { Failed, Loading } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { StatusOf } from './labels.tsx'

type User = Schemas['User']

/** The user as first read by the dialog, with the version (`ETag`). */
interface Shown {
  readonly user: User
  readonly version: string | undefined
}

interface UserDialogProps {
  readonly userId: string
  readonly onClose: () => void
}

export function UserDialog({ userId, onClose }: UserDialogProps) {
  const { t } = useLocalization()
  const [isRemovalAsked, setRemovalAsked] = useState(false)
  const read = useUserWithVersion(userId)
  // The user as shown and edited, and not as read again since: If-Match must name the version that the admin saw.
  const [shown, setShown] = useState<Shown>()
  if (shown === undefined && read.data !== undefined && !read.isFetching) setShown(read.data)
  const reload = async () => setShown((await read.refetch()).data)
  // Replaces this dialog instead of opening on top of it: two open dialogs would both trap the focus.
  if (isRemovalAsked && shown !== undefined)
    return <RemoveDialog {...shown} onRemoved={onClose} onClose={() => setRemovalAsked(false)} />
  return (
    <Modal visible header={t.users.user} closeAriaLabel={t.actions.close} onDismiss={onClose}>
      {shown !== undefined ? (
        <Details
          key={shown.version}
          {...shown}
          onClose={onClose}
          onReload={reload}
          onRemove={() => setRemovalAsked(true)}
        />
      ) : read.error !== null ? (
        <Failed error={read.error} onRetry={() => read.refetch()} />
      ) : (
        <Loading />
      )}
    </Modal>
  )
}

interface DetailsProps extends Shown {
  readonly onClose: () => void
  readonly onReload: () => Promise<void>
  readonly onRemove: () => void
}

function Details({ user, version, onClose, onReload, onRemove }: DetailsProps) {
  const { t, format } = useLocalization()
  const session = useSession()
  const go = useGo()
  const { say } = useFlashes()
  const change = api.useMutation('patch', '/v1/users/{userId}', {
    async onSuccess() {
      say({ type: 'success', header: t.users.saved, content: user.email })
      onClose()
      await queryClient.invalidateQueries()
    },
  })
  const send = (body: Schemas['UserPatch']) =>
    change.mutate({ params: { path: { userId: user.userId }, header: ifMatch(version) }, body })
  const { claim, removedAt } = user
  // C2, C3: the API refuses changes of such accounts until their claim is over.
  const isHeld = user.status === 'delayed_claim' || user.original === true
  const mayChange = session.may('org:write') && !isHeld
  return (
    <SpaceBetween size="m">
      <Box variant="h3" padding="n">
        <bdi>{user.displayName}</bdi>
      </Box>
      <bdi>{user.email}</bdi>
      <StatusOf user={user} />
      {removedAt !== undefined && <Alert type="warning">{t.users.restore(format.dateTime(removedAt))}</Alert>}
      {isHeld && <Alert type="info">{user.original === true ? t.users.original : t.users.delayed}</Alert>}
      {claim !== undefined && (
        <Link href={`${BASE}/claims?claim=${encodeURIComponent(claim.claimId)}`} onFollow={go.follow}>
          {t.users.toClaim}
        </Link>
      )}
      <Fields user={user} mayChange={mayChange} isRunning={change.isPending} onSave={send} />
      {mayChange && (
        <SpaceBetween size="xs" direction="horizontal">
          {user.status === 'inactive' ? (
            <Button loading={change.isPending} onClick={() => send({ status: 'active' })}>
              {t.users.activate}
            </Button>
          ) : (
            <Button
              loading={change.isPending}
              ariaDescribedby="deactivate-text"
              onClick={() => send({ status: 'inactive' })}
            >
              {t.users.deactivate}
            </Button>
          )}
          <Button onClick={onRemove}>{t.users.remove}</Button>
        </SpaceBetween>
      )}
      {mayChange && user.status !== 'inactive' && (
        <Box id="deactivate-text" color="text-body-secondary" fontSize="body-s">
          {t.users.deactivateText}
        </Box>
      )}
      {change.error !== null && <NotDone error={change.error} onReload={onReload} />}
    </SpaceBetween>
  )
}

/** If-Match, so that somebody else's change isn't overwritten unseen: the API then answers 412. */
const ifMatch = (version: string | undefined) => (version === undefined ? {} : { 'If-Match': version })

/** A failure, shown inside the dialog, since the dialog covers the page’s messages. */
function NotDone({ error, onReload }: { readonly error: unknown; readonly onReload?: () => Promise<void> }) {
  const { t } = useLocalization()
  const isOutdated = problemOf(error).status === 412
  return (
    <div role="alert">
      <Alert
        type="error"
        header={t.problem.notDone}
        action={
          isOutdated && onReload !== undefined && <Button onClick={onReload}>{t.users.loadAnew}</Button>
        }
      >
        <ProblemText error={error} />
      </Alert>
    </div>
  )
}

interface FieldsProps {
  readonly user: User
  readonly mayChange: boolean
  readonly isRunning: boolean
  readonly onSave: (body: Schemas['UserPatch']) => void
}

function Fields({ user, mayChange, isRunning, onSave }: FieldsProps) {
  const { t } = useLocalization()
  const [email, setEmail] = useState(user.email)
  const [firstName, setFirstName] = useState(user.firstName)
  const [lastName, setLastName] = useState(user.lastName)
  const [displayName, setDisplayName] = useState(user.displayName)
  const [locale, setLocale] = useState(user.locale)
  const [licenses, setLicenses] = useState(user.licenses.join(', '))
  const address = email.trim()
  // Sends only what was changed, so that other changes made in the meantime stay.
  const body: Schemas['UserPatch'] = {
    ...(address !== user.email && { email: address }),
    ...(firstName !== user.firstName && { firstName }),
    ...(lastName !== user.lastName && { lastName }),
    ...(displayName !== user.displayName && { displayName }),
    ...(locale !== user.locale && { locale }),
    ...(licensesIn(licenses).join() !== user.licenses.join() && { licenses: licensesIn(licenses) }),
  }
  const field = (label: string, value: string, onChange: (value: string) => void, text = '') => (
    <FormField label={label} description={text}>
      <Input
        value={value}
        readOnly={!mayChange}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (mayChange && Object.keys(body).length > 0) onSave(body)
      }}
    >
      <SpaceBetween size="s">
        {field(t.users.firstName, firstName, setFirstName)}
        {field(t.users.lastName, lastName, setLastName)}
        {field(t.users.displayName, displayName, setDisplayName, mayChange ? t.users.displayNameText : '')}
        {field(t.claims.address, email, setEmail, mayChange ? t.users.addressText : '')}
        {field(t.claimUsers.licensesOwnLabel, licenses, setLicenses)}
        <FormField label={t.users.locale}>
          <LanguageSelect value={locale} isReadOnly={!mayChange} onChange={setLocale} />
        </FormField>
        {mayChange && (
          <Button formAction="submit" loading={isRunning} disabled={Object.keys(body).length === 0}>
            {t.settings.save}
          </Button>
        )}
      </SpaceBetween>
    </form>
  )
}

interface RemoveDialogProps extends Shown {
  readonly onRemoved: () => void
  readonly onClose: () => void
}

/** Y7: asks for confirmation twice, since a deleted user can’t be restored. */
function RemoveDialog({ user, version, onRemoved, onClose }: RemoveDialogProps) {
  const { t } = useLocalization()
  const { say } = useFlashes()
  const remove = api.useMutation('delete', '/v1/users/{userId}', {
    async onSuccess() {
      say({ type: 'success', header: t.users.removed, content: user.email })
      onRemoved()
      await queryClient.invalidateQueries()
    },
  })
  return (
    <ConfirmDialog
      title={t.users.removeTitle(user.email)}
      action={t.users.remove}
      isRunning={remove.isPending}
      onConfirm={() => remove.mutate({ params: { path: { userId: user.userId }, header: ifMatch(version) } })}
      onClose={onClose}
    >
      <SpaceBetween size="s">
        <div>{t.users.removeText}</div>
        {user.claim !== undefined && <div>{t.users.removeClaimText}</div>}
        {remove.error !== null && <NotDone error={remove.error} />}
      </SpaceBetween>
    </ConfirmDialog>
  )
}
