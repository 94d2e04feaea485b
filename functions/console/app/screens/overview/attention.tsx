import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { api } from '../../api/client.ts'
import { serviceNow } from '../../api/clock.ts'
import type { Count } from '../../i18n/format.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { useGo } from '../../shell/go.ts'

/** The latest of each: what waits for somebody is among them. */
const LATEST = 20
const DOMAINS = 100
/** A token lives for seven days (D1): so long before its end somebody is told. */
const EXPIRES_SOON_MS = 2 * 24 * 60 * 60 * 1000

interface Notice {
  readonly id: string
  readonly type: 'warning' | 'info'
  readonly header?: string
  readonly text: string
  readonly path: string
}

/** What waits for an admin. Nothing is shown where nothing does, or where it can't be told: the screens themselves tell. */
export function Attention({ bounced }: { readonly bounced: Count }) {
  const { t, format } = useLocalization()
  const go = useGo()
  const syncs = api.useQuery('get', '/v1/directory/syncs', { params: { query: { limit: LATEST } } })
  const domains = api.useQuery('get', '/v1/domains', { params: { query: { limit: DOMAINS } } })
  const now = serviceNow().getTime()
  const words = t.overview

  const held = (syncs.data?.items ?? []).flatMap(({ syncId, status, held: numbers }): Notice[] =>
    status !== 'waiting' || numbers === undefined
      ? []
      : [
          {
            id: syncId,
            type: 'warning',
            header: words.heldSync,
            text: words.heldSyncText(format.number(numbers.inactivations), format.number(numbers.users)),
            path: `/directory/${encodeURIComponent(syncId)}`,
          },
        ],
  )
  const expiring = (domains.data?.items ?? []).flatMap(({ domain, status, tokenExpiresAt }): Notice[] => {
    const endsMs = Date.parse(tokenExpiresAt ?? '')
    if (status !== 'pending' || Number.isNaN(endsMs) || endsMs - now > EXPIRES_SOON_MS) return []
    const text =
      endsMs <= now
        ? words.domainExpired(domain)
        : words.domainExpires(domain, format.dateTime(new Date(endsMs)))
    return [{ id: domain, type: 'info', text, path: '/domains' }]
  })
  const isAny = typeof bounced !== 'number' ? bounced.value > 0 : bounced > 0
  const notices: readonly Notice[] = [
    ...held,
    ...(isAny
      ? [
          {
            id: 'bounced',
            type: 'warning',
            text: words.bouncedText(format.count(bounced)),
            path: '/claims?notification=bounced',
          } as const,
        ]
      : []),
    ...expiring,
  ]
  return (
    <SpaceBetween size="xs">
      {notices.map(({ id, type, header, text, path }) => (
        <Alert
          key={id}
          type={type}
          {...(header !== undefined && { header })}
          action={<Button onClick={() => go.to(path)}>{words.show}</Button>}
        >
          {text}
        </Alert>
      ))}
    </SpaceBetween>
  )
}
