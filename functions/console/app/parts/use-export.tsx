import Link from '@cloudscape-design/components/link'
import { useEffect, useState } from 'react'
import { api } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { useFlashes } from '../shell/flashes.tsx'

/** How often a running export is asked for. Most take seconds, a large one minutes. */
const POLL_MS = 1_500

interface Words {
  readonly exported: string
  readonly exportedText: (rows: string) => string
  readonly exportFailed: string
}

interface Running {
  readonly isRunning: boolean
  start(): void
}

/** Shows a message with a link once the export has been written, or why it failed. */
function useOutcome(
  state: { readonly status: string; readonly rows: number; readonly url?: string } | undefined,
  words: Words,
  onOver: () => void,
): void {
  const { t, format } = useLocalization()
  const { say } = useFlashes()
  useEffect(() => {
    if (state?.status === 'failed') {
      say({ type: 'error', content: words.exportFailed })
      onOver()
    }
    if (state?.status === 'completed') {
      say({
        type: 'success',
        header: words.exported,
        staysEverywhere: true,
        content: (
          <>
            {words.exportedText(format.number(state.rows))}{' '}
            <Link href={state.url ?? ''} color="inverted">
              {t.actions.download}
            </Link>
          </>
        ),
      })
      onOver()
    }
  }, [state, words, onOver, say, t, format])
}

export function useClaimsExport(): Running {
  const { t } = useLocalization()
  const { fail } = useFlashes()
  const [exportId, setExportId] = useState<string>()
  const create = api.useMutation('post', '/v1/claims/exports', {
    onSuccess: (made) => setExportId(made.exportId),
    onError: fail,
  })
  const state = api.useQuery(
    'get',
    '/v1/claims/exports/{exportId}',
    { params: { path: { exportId: exportId ?? '' } } },
    { enabled: exportId !== undefined, refetchInterval: exportId === undefined ? false : POLL_MS },
  )
  const [onOver] = useState(() => () => setExportId(undefined))
  useOutcome(exportId === undefined ? undefined : state.data, t.claims, onOver)
  return { isRunning: create.isPending || exportId !== undefined, start: () => create.mutate({}) }
}

export function useClaimableUsersExport(): Running {
  const { t } = useLocalization()
  const { fail } = useFlashes()
  const [exportId, setExportId] = useState<string>()
  const create = api.useMutation('post', '/v1/claimable-users/exports', {
    onSuccess: (made) => setExportId(made.exportId),
    onError: fail,
  })
  const state = api.useQuery(
    'get',
    '/v1/claimable-users/exports/{exportId}',
    { params: { path: { exportId: exportId ?? '' } } },
    { enabled: exportId !== undefined, refetchInterval: exportId === undefined ? false : POLL_MS },
  )
  const [onOver] = useState(() => () => setExportId(undefined))
  useOutcome(exportId === undefined ? undefined : state.data, t.claimUsers, onOver)
  return { isRunning: create.isPending || exportId !== undefined, start: () => create.mutate({}) }
}
