import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { type LookedUp, lookedUpOf } from './looked-up.tsx'
import { refetchAfterChange } from './refetch.ts'

type Asked = 'release' | 'remove' | 'claim' | undefined

interface DomainActionsProps {
  readonly domain: Schemas['Domain']
  readonly onLookedUp: (found: LookedUp | undefined) => void
}

/** Buttons for what can be done with a domain in its state. All but verifying ask for confirmation. */
export function DomainActions({ domain: { domain, status }, onLookedUp }: DomainActionsProps) {
  const { t } = useLocalization()
  const go = useGo()
  const { say, fail } = useFlashes()
  const [asked, setAsked] = useState<Asked>()
  const done = (header: string, next?: { readonly content: string; readonly action: ReactNode }) => ({
    async onSuccess() {
      say({ type: 'success', ...(next === undefined ? { content: header } : { header, ...next }) })
      await refetchAfterChange()
    },
    onError: fail,
    onSettled: () => setAsked(undefined),
  })
  const verify = api.useMutation('post', '/v1/domains/{domain}/verify', {
    ...done(t.domains.didVerify(domain), {
      content: t.domains.nowClaim,
      action: <Button onClick={() => go.to('/claim-users')}>{t.claimUsers.title}</Button>,
    }),
    onMutate: () => onLookedUp(undefined),
    onError(error) {
      onLookedUp(lookedUpOf(error))
      fail(error)
    },
  })
  const claim = api.useMutation('post', '/v1/domains/{domain}/claim', done(t.domains.didClaim(domain)))
  const release = api.useMutation('post', '/v1/domains/{domain}/release', done(t.domains.didRelease(domain)))
  const remove = api.useMutation('delete', '/v1/domains/{domain}', done(t.domains.didRemove(domain)))
  const at = { params: { path: { domain } } }
  const dialogs = {
    claim: {
      title: t.domains.claimTitle(domain),
      text: t.domains.claimText,
      action: t.domains.claim,
      mutation: claim,
    },
    release: {
      title: t.domains.releaseTitle(domain),
      text: t.domains.releaseText,
      action: t.domains.release,
      mutation: release,
    },
    remove: {
      title: t.domains.removeTitle(domain),
      text: t.domains.removeText,
      action: t.domains.remove,
      mutation: remove,
    },
  } as const
  const dialog = asked === undefined ? undefined : dialogs[asked]
  const button = (text: string, onClick: () => void, isRunning = false) => (
    <Button ariaLabel={`${text}: ${domain}`} loading={isRunning} onClick={onClick}>
      {text}
    </Button>
  )
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        {status === 'pending' && button(t.domains.verify, () => verify.mutate(at), verify.isPending)}
        {status === 'verified' && button(t.domains.claim, () => setAsked('claim'))}
        {status === 'claimed' && button(t.domains.release, () => setAsked('release'))}
        {status !== 'claimed' && button(t.domains.remove, () => setAsked('remove'))}
      </SpaceBetween>
      {dialog !== undefined && (
        <ConfirmDialog
          title={dialog.title}
          action={dialog.action}
          isRunning={dialog.mutation.isPending}
          onConfirm={() => dialog.mutation.mutate(at)}
          onClose={() => setAsked(undefined)}
        >
          {dialog.text}
        </ConfirmDialog>
      )}
    </>
  )
}
