import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { api } from '../../api/client.ts'
import { serviceNow } from '../../api/clock.ts'
import type { Count } from '../../i18n/format.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { useGo } from '../../shell/go.ts'

/** Pending domains named here. (At most one sync waits.) */
const MAX_NAMED = 3
/** Pending domains read. If there are more, the domains’ screen shows them. */
const MAX_PENDING = 100
/** A domain is listed this long before its token expires. A token is valid for seven days (D1). */
const EXPIRES_SOON_MS = 2 * 24 * 60 * 60 * 1000

const PENDING = '/domains?status=pending'

interface Notice {
  readonly id: string
  readonly type: 'warning' | 'info'
  readonly header?: string
  readonly text: string
  readonly path: string
}

/**
 * Lists what needs an admin’s attention. Shows nothing if nothing does or if that couldn’t be read: the screens
 * themselves tell.
 */
export function Attention({ bounced }: { readonly bounced: Count | undefined }) {
  const { t, format } = useLocalization()
  const go = useGo()
  const syncs = api.useQuery('get', '/v1/directory/syncs', { params: { query: { held: 'true', limit: 1 } } })
  const domains = api.useQuery('get', '/v1/domains', {
    params: { query: { status: 'pending', limit: MAX_PENDING } },
  })
  const now = serviceNow().getTime()
  const words = t.overview

  const held = (syncs.data?.items ?? []).flatMap(({ syncId, held: numbers }): Notice[] =>
    numbers === undefined
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
  const expiring = (domains.data?.items ?? []).flatMap(({ domain, tokenExpiresAt }): Notice[] => {
    const endsMs = Date.parse(tokenExpiresAt ?? '')
    if (Number.isNaN(endsMs) || endsMs - now > EXPIRES_SOON_MS) return []
    const text =
      endsMs <= now
        ? words.domainExpired(domain)
        : words.domainExpires(domain, format.dateTime(new Date(endsMs)))
    return [{ id: domain, type: 'info', text, path: PENDING }]
  })
  const isMore = expiring.length > MAX_NAMED || domains.data?.nextCursor !== undefined
  const isAny = bounced !== undefined && (typeof bounced === 'number' ? bounced : bounced.value) > 0
  const notices: readonly Notice[] = [
    ...held,
    ...(isAny
      ? [
          {
            id: 'bounced',
            type: 'warning',
            text: words.bouncedText(format.count(bounced), bounced === 1),
            path: '/claims?notification=bounced',
          } as const,
        ]
      : []),
    ...expiring.slice(0, MAX_NAMED),
    ...(isMore ? [{ id: 'domains', type: 'info', text: words.moreDomains, path: PENDING } as const] : []),
  ]
  if (notices.length === 0) return null
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
