import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import { useLocation } from 'react-router'
import { useLocalization } from '../i18n/provider.tsx'
import { screens } from '../screens.ts'
import { useSession } from '../session/session.tsx'
import { BASE } from '../settings.ts'
import { useGo } from './go.ts'
import { isNarrow, useNavigationOpen } from './navigation-open.tsx'

export function Navigation() {
  const { t } = useLocalization()
  const { me } = useSession()
  const { pathname } = useLocation()
  const { follow } = useGo()
  const [, setOpen] = useNavigationOpen()
  const places = screens.filter(({ nav }) => nav !== undefined)
  const items = places.map(
    ({ path, nav }): SideNavigationProps.Item => ({
      type: 'link',
      text: nav === undefined ? '' : t.nav[nav],
      href: `${BASE}${path}`,
    }),
  )
  // The page of a single claim is shown under the entry of all claims.
  const active = places
    .filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`) || path === '')
    .sort((a, b) => b.path.length - a.path.length)[0]
  return (
    <SideNavigation
      header={{ text: me.organizationName ?? me.orgId, href: BASE }}
      activeHref={`${BASE}${active?.path ?? ''}`}
      items={items}
      onFollow={(event) => {
        if (isNarrow()) setOpen(false)
        follow(event)
      }}
    />
  )
}
