import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { api, type Schemas } from '../../api/client.ts'
import { serviceNow } from '../../api/clock.ts'
import { problemOf } from '../../api/problem.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ClaimStatus, Content, Decisions, MailState } from '../../parts/labels.tsx'
import { LiftSuppression } from '../../parts/lift-suppression.tsx'
import { Empty, Failed, Loading } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { forgetClaims } from './forget-claims.ts'
import { GuidedRevoke } from './guided-revoke.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { Timeline } from './timeline.tsx'

type Claim = Schemas['Claim']

export function ClaimPanel({ claimId }: { readonly claimId: string }) {
  const { t } = useLocalization()
  const claim = api.useQuery('get', '/v1/claims/{claimId}', { params: { path: { claimId } } })
  if (claim.error !== null && (claim.data === undefined || problemOf(claim.error).status === 404)) {
    return problemOf(claim.error).status === 404 ? (
      <Empty title={t.claims.gone} />
    ) : (
      <Failed error={claim.error} onRetry={() => claim.refetch()} />
    )
  }
  return claim.data === undefined ? <Loading /> : <Details claim={claim.data} />
}

function Details({ claim }: { readonly claim: Claim }) {
  const { t, format } = useLocalization()
  const go = useGo()
  const { importId } = claim
  return (
    <SpaceBetween size="l">
      <Box variant="h3" padding="n">
        <bdi>{claim.email}</bdi>
      </Box>
      <Actions claim={claim} />
      <KeyValuePairs
        columns={2}
        items={[
          { label: t.claims.status, value: <ClaimStatus status={claim.status} /> },
          { label: t.claims.type, value: t.claimType[claim.type] },
          {
            label: t.claims.daysLeft,
            value: claim.status === 'open' ? format.number(claim.daysLeft) : '–',
          },
          { label: t.claims.mail, value: <Mail claim={claim} /> },
          { label: t.claims.content, value: <Content loss={claim.contentLoss} /> },
          { label: t.claims.options, value: <Decisions kinds={claim.allowedDecisions} /> },
          {
            label: t.claims.licenses,
            value: claim.licenses.length === 0 ? t.actions.none : format.list(claim.licenses),
          },
          { label: t.claims.invitations, value: <Invitations claim={claim} /> },
          { label: t.claims.by, value: <bdi>{claim.createdBy}</bdi> },
          ...(importId === undefined
            ? []
            : [
                {
                  label: t.claims.importId,
                  value: (
                    <Link href={`${BASE}/imports/${encodeURIComponent(importId)}`} onFollow={go.follow}>
                      {importId}
                    </Link>
                  ),
                },
              ]),
        ]}
      />
      <div>
        <Header variant="h3">{t.claims.timeline}</Header>
        <Timeline claim={claim} />
      </div>
    </SpaceBetween>
  )
}

/** N4: whether the claim's mail was returned: it bounced or was complained about, so nothing more is sent to the address. */
const isReturned = (notification: Claim['notification']): boolean =>
  notification === 'bounced' || notification === 'complained'

/**
 * What became of the claim’s mail. After a bounce or complaint, an admin may lift the suppression while the claim is
 * open.
 */
function Mail({ claim: { notification, status, email } }: { readonly claim: Claim }) {
  return (
    <>
      <MailState state={notification} />
      {isReturned(notification) && status === 'open' && (
        <div>
          <LiftSuppression email={email} />
        </div>
      )}
    </>
  )
}

/**
 * N3: whether an invitation follows. The organization's setting counts at the time the licences are assigned, which
 * for a delayed claim is after the migration.
 */
function Invitations({ claim: { sendInvitations } }: { readonly claim: Claim }) {
  const { t } = useLocalization()
  const { organization } = useSession()
  if (!sendInvitations) return t.claims.invitationsDeclined
  return organization?.suppressInvitations === true ? t.claims.invitationsOff : t.claims.invitationsFollow
}

type Dialog = 'revoke' | 'guided' | undefined

function Actions({ claim }: { readonly claim: Claim }) {
  const { t } = useLocalization()
  const session = useSession()
  const [dialog, setDialog] = useState<Dialog>()
  const notNow = useNotNow(claim)
  const isOnClaimedDomain = claim.notRevocableBecause === 'domain_claimed'
  const close = () => setDialog(undefined)
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        <ResendButton claim={claim} />
        {isOnClaimedDomain ? (
          <Button
            onClick={() => setDialog('guided')}
            disabled={!(session.may('claims:write') && session.may('org:write'))}
            disabledReason={t.actions.readerMay}
          >
            {t.claims.guided}
          </Button>
        ) : (
          <Button
            onClick={() => setDialog('revoke')}
            disabled={!claim.revocable || !session.may('claims:write')}
            disabledReason={
              claim.notRevocableBecause === undefined
                ? t.actions.readerMay
                : t.notRevocable[claim.notRevocableBecause]
            }
          >
            {t.claims.revoke}
          </Button>
        )}
      </SpaceBetween>
      {/* Shown as text as well, for people who can’t hover over the button. */}
      <Box color="text-body-secondary" fontSize="body-s">
        {notNow !== undefined && <div>{notNow}</div>}
        {claim.notRevocableBecause !== undefined && <div>{t.notRevocable[claim.notRevocableBecause]}</div>}
      </Box>
      {dialog === 'revoke' && <RevokeDialog claim={claim} onClose={close} />}
      {dialog === 'guided' && <GuidedRevoke claim={claim} onClose={close} />}
    </>
  )
}

/** Why the mail can't be sent again now, as far as the claim shows; the API may refuse for other reasons. */
function useNotNow(claim: Claim): string | undefined {
  const { t, format } = useLocalization()
  const now = serviceNow()
  if (claim.status !== 'open') return t.claims.resendOver
  if (claim.decision !== undefined) return t.claims.resendDecided
  if (isReturned(claim.notification)) return t.claims.resendReturned
  const { notifyAllowedAt } = claim
  if (notifyAllowedAt !== undefined && new Date(notifyAllowedAt) > now)
    return t.claims.resendAgainIn(format.until(notifyAllowedAt, now))
  return undefined
}

function ResendButton({ claim }: { readonly claim: Claim }) {
  const { t } = useLocalization()
  const { say, fail } = useFlashes()
  const session = useSession()
  const notNow = useNotNow(claim)
  const notify = api.useMutation('post', '/v1/claims/{claimId}/notify', {
    async onSuccess() {
      say({ type: 'success', header: t.claims.resent, content: t.claims.resentText(claim.email) })
      await forgetClaims()
    },
    onError: fail,
  })
  const mayNot = session.may('claims:write') ? undefined : t.actions.readerMay
  const reason = mayNot ?? notNow
  return (
    <Button
      loading={notify.isPending}
      disabled={reason !== undefined}
      {...(reason !== undefined && { disabledReason: reason })}
      onClick={() => notify.mutate({ params: { path: { claimId: claim.claimId } } })}
    >
      {t.claims.resend}
    </Button>
  )
}
