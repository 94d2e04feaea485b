import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { BASE } from '../settings.ts'

interface Followed {
  readonly detail: { readonly href?: string | undefined }
  preventDefault(): void
}

interface Go {
  /** Goes to a path below `/console`. */
  to(path: string): void
  /** For `onFollow` of Cloudscape's links: follows links within the app without reloading the page. */
  follow(event: Followed): void
}

export function useGo(): Go {
  const navigate = useNavigate()
  const to = useCallback((path: string) => void navigate(path), [navigate])
  const follow = useCallback(
    (event: Followed) => {
      event.preventDefault()
      to((event.detail.href ?? '').slice(BASE.length) || '/')
    },
    [to],
  )
  return { to, follow }
}
