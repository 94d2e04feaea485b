import Wizard from '@cloudscape-design/components/wizard'
import { useState } from 'react'
import { api, newIdempotencyKey, type Schemas } from '../../api/client.ts'
import type { Format } from '../../i18n/format.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import type { Texts } from '../../i18n/texts/en.ts'
import { Empty, Loading } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { forgetClaims } from '../claims/forget-claims.ts'
import { ConfirmStep } from './confirm-step.tsx'
import { MAX_BY_HAND, parseEntered } from './entered.ts'
import { HowStep } from './how-step.tsx'
import { ImportView } from '../../parts/import-view.tsx'
import { invitationsOf } from '../../parts/invitations-question.tsx'
import { emptyOrder, licensesOf, type Order, requestOf } from './order.ts'
import { claimableOf, PreviewStep } from './preview-step.tsx'
import { ImportResults, Results } from './results.tsx'
import { useImport, usePreviewUpload } from '../../parts/use-upload.ts'
import { WhoStep } from './who-step.tsx'

const steps = { who: 0, how: 1, preview: 2, confirm: 3 } as const

/** Why the first two steps can't be left; undefined where they can. */
function whoError(order: Order, t: Texts, format: Format): string | undefined {
  switch (order.way) {
    case 'list':
      return order.chosen.length === 0 ? t.claimUsers.listNone : undefined
    case 'hand': {
      const { users, invalid } = parseEntered(order.entered)
      const [first] = invalid
      if (first !== undefined) return t.claimUsers.handInvalid(first)
      if (users.length === 0) return t.claimUsers.handNone
      return users.length > MAX_BY_HAND ? t.claimUsers.handTooMany(format.number(MAX_BY_HAND)) : undefined
    }
    case 'file':
      return order.file === undefined ? t.claimUsers.fileNone : undefined
  }
}

const howError = (order: Order, t: Texts): string | undefined =>
  order.way !== 'file' && order.licensesFrom === 'own' && licensesOf(order).length === 0
    ? t.claimUsers.licensesOwnNone
    : undefined

type Done =
  | { readonly kind: 'claims'; readonly results: readonly Schemas['ClaimResult'][] }
  | { readonly kind: 'import'; readonly importId: string }

export default function ClaimUsers() {
  const { t } = useLocalization()
  const session = useSession()
  // A new wizard for each round.
  const [round, setRound] = useState(0)
  return (
    <Page
      title={t.claimUsers.title}
      description={t.claimUsers.description}
      contentType={session.may('claims:write') ? 'wizard' : 'default'}
    >
      {session.may('claims:write') ? (
        <ClaimWizard key={round} onAnother={() => setRound(round + 1)} />
      ) : (
        <Empty title={t.actions.readerMay} />
      )}
    </Page>
  )
}

function ClaimWizard({ onAnother }: { readonly onAnother: () => void }) {
  const { t, format } = useLocalization()
  const { fail } = useFlashes()
  const go = useGo()
  const [order, setOrder] = useState(emptyOrder)
  const [active, setActive] = useState<number>(steps.who)
  const [error, setError] = useState<string>()
  const [isPermanent, setPermanent] = useState(false)
  const [done, setDone] = useState<Done>()
  /** One key per preview, so that a double click claims once (C6). */
  const [idempotencyKey, setKey] = useState(newIdempotencyKey)
  const upload = usePreviewUpload()
  const job = useImport(upload.importId)
  const preview = api.useMutation('post', '/v1/claims/preview')
  const create = api.useMutation('post', '/v1/claims')
  const confirmImport = api.useMutation('post', '/v1/imports/{importId}/confirm')

  const words = t.claimUsers
  const isFile = order.way === 'file'
  const previewed = preview.data?.results ?? []
  const claimable = isFile ? (job.data?.claimable ?? 0) : claimableOf(previewed)
  const isLookedAt = isFile ? job.data?.status === 'previewed' : preview.data !== undefined

  const change = (more: Partial<Order>): void => {
    setOrder((before) => ({ ...before, ...more }))
    setError(undefined)
    // The order has changed, so its preview and its confirmation no longer apply.
    preview.reset()
    upload.reset()
    setPermanent(false)
  }

  async function look(): Promise<void> {
    setKey(newIdempotencyKey())
    if (isFile) {
      if (order.file !== undefined && upload.importId === undefined) await upload.preview(order.file)
      return
    }
    if (preview.data === undefined) await preview.mutateAsync({ body: requestOf(order) })
  }

  /** Why a step can't be left for a later one; undefined if it can. */
  const errorOf = (step: number): string | undefined => {
    if (step === steps.who) return whoError(order, t, format)
    if (step === steps.how) return howError(order, t)
    if (step === steps.preview) return claimable === 0 || !isLookedAt ? words.allRefused : undefined
    return undefined
  }

  async function navigate(wanted: number): Promise<void> {
    const inTheWay = Array.from({ length: Math.max(0, wanted - active) }, (_, n) => active + n)
    const blocked = inTheWay.find((step) => errorOf(step) !== undefined)
    setError(blocked === undefined ? undefined : errorOf(blocked))
    if (blocked !== undefined) {
      setActive(blocked)
      return
    }
    try {
      if (wanted === steps.preview) await look()
      setActive(wanted)
    } catch (failure) {
      fail(failure)
    }
  }

  async function submit(): Promise<void> {
    if (!isPermanent) {
      setError(words.permanentNeeded)
      return
    }
    try {
      if (isFile && upload.importId !== undefined) {
        await confirmImport.mutateAsync({
          params: { path: { importId: upload.importId } },
          body: { acknowledgePermanent: true, ...invitationsOf(order.sendInvitations) },
        })
        setDone({ kind: 'import', importId: upload.importId })
      } else {
        const { results } = await create.mutateAsync({
          params: { header: { 'Idempotency-Key': idempotencyKey } },
          body: { ...requestOf(order), acknowledgePermanent: true },
        })
        setDone({ kind: 'claims', results })
      }
      await forgetClaims()
    } catch (failure) {
      fail(failure)
    }
  }

  if (done?.kind === 'claims') return <Results order={order} results={done.results} onAnother={onAnother} />
  if (done?.kind === 'import') return <ImportResults importId={done.importId} onAnother={onAnother} />

  const errorAt = (step: number): string | undefined => (active === step ? error : undefined)
  return (
    <Wizard
      activeStepIndex={active}
      onNavigate={({ detail }) => void navigate(detail.requestedStepIndex)}
      onCancel={() => go.to('/claims')}
      onSubmit={() => void submit()}
      submitButtonText={words.submit}
      isLoadingNextStep={
        preview.isPending || upload.isUploading || create.isPending || confirmImport.isPending
      }
      steps={[
        {
          title: words.steps.who,
          description: words.stepDescriptions.who,
          content: <WhoStep order={order} onChange={change} error={errorAt(steps.who)} />,
        },
        {
          title: words.steps.how,
          description: words.stepDescriptions.how,
          content: <HowStep order={order} onChange={change} error={errorAt(steps.how)} />,
        },
        {
          title: words.steps.preview,
          description: words.stepDescriptions.preview,
          content: isFile ? (
            job.data === undefined ? (
              <Loading />
            ) : (
              <ImportView job={job.data} />
            )
          ) : (
            <PreviewStep order={order} results={previewed} />
          ),
          ...(errorAt(steps.preview) !== undefined && { errorText: errorAt(steps.preview) }),
        },
        {
          title: words.steps.confirm,
          description: words.stepDescriptions.confirm,
          content: (
            <ConfirmStep
              claimable={claimable}
              isPermanent={isPermanent}
              onChange={(isTicked) => {
                setPermanent(isTicked)
                setError(undefined)
              }}
              error={errorAt(steps.confirm)}
            />
          ),
        },
      ]}
    />
  )
}
