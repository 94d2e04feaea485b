import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { api, onSessionEnd, type Schemas } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { Plain } from '../shell/plain.tsx'

type Scope = 'claims:read' | 'claims:write' | 'org:read' | 'org:write'

export interface Session {
  readonly me: Schemas['Caller']
  /** Undefined where the platform hasn't made it yet. */
  readonly organization: Schemas['Organization'] | undefined
  /** The API no longer takes the token: what is on the screen stays, and nothing more can be asked. */
  readonly isOver: boolean
  /** What isn't allowed isn't offered; the API refuses it anyhow. */
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

  // Asked again later and not answered, it says nothing of who is here: the screen stays, with what is being typed.
  if (value === undefined && me.error !== null) {
    return (
      <Plain>
        <Failed error={me.error} onRetry={() => me.refetch()} />
      </Plain>
    )
  }
  // The time zone comes with the organization: nothing is shown in one zone first and in another then.
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
