import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { api, onSessionEnd, type Schemas } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { Plain } from '../shell/plain.tsx'

type Scope = 'claims:read' | 'claims:write' | 'org:read' | 'org:write'

export interface Session {
  readonly me: Schemas['Caller']
  /** Undefined if the platform hasn't created it yet. */
  readonly organization: Schemas['Organization'] | undefined
  /** Whether the API no longer accepts the token. The screen stays as it is, and further calls fail. */
  readonly isOver: boolean
  /** Whether the user has the scope. Screens hide what isn't allowed; the API refuses it in any case. */
  may(scope: Scope): boolean
}

const SessionContext = createContext<Session | undefined>(undefined)

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { setTimeZone } = useLocalization()
  const [isOver, setOver] = useState(false)
  const me = api.useQuery('get', '/v1/me')
  const organization = api.useQuery('get', '/v1/organization')

  useEffect(() => onSessionEnd(() => setOver(true)), [])
  const timeZone = organization.data?.timeZone
  useEffect(() => {
    if (timeZone !== undefined) setTimeZone(timeZone)
  }, [timeZone, setTimeZone])

  const value = useMemo((): Session | undefined => {
    const caller = me.data
    if (caller === undefined) return undefined
    return {
      me: caller,
      organization: organization.data,
      isOver,
      may: (scope) => caller.scopes.includes(scope),
    }
  }, [me.data, organization.data, isOver])

  // Only a failure of the first read is shown. If a later one fails, the screen stays, and so does what is being
  // typed.
  if (value === undefined && me.error !== null) {
    return (
      <Plain>
        <Failed error={me.error} onRetry={() => me.refetch()} />
      </Plain>
    )
  }
  // Wait for the organization, whose time zone is needed: times must not appear in one zone first and then in
  // another.
  if (value === undefined || organization.isPending) {
    return (
      <Plain>
        <Loading />
      </Plain>
    )
  }
  return <SessionContext value={value}>{children}</SessionContext>
}

export function useSession(): Session {
  const value = useContext(SessionContext)
  if (value === undefined) throw new Error('there is no SessionProvider')
  return value
}
