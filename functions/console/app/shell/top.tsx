import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useState } from 'react'
import { isLanguage, languages } from '../i18n/languages.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { useSession } from '../session/session.tsx'
import { signOut } from '../session/user-manager.ts'
import { BASE, settings } from '../settings.ts'
import { useFlashes } from './flashes.tsx'
import { useGo } from './go.ts'
import { chooseTheme, currentTheme } from './theme.ts'

export const TOP_ID = 'top'

/** The top bar: the signed-in user and organization, language, theme, and sign-out. */
export function Top() {
  const { t, language, setLanguage } = useLocalization()
  const { me } = useSession()
  const { fail } = useFlashes()
  const { follow } = useGo()
  const [theme, setTheme] = useState(currentTheme)
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <div id={TOP_ID}>
      <TopNavigation
        identity={{
          href: `${BASE}/`,
          title: settings.productName,
          onFollow: follow,
        }}
        utilities={[
          ...(settings.supportUrl === undefined
            ? []
            : [
                {
                  type: 'button',
                  text: t.top.help,
                  href: settings.supportUrl,
                  external: true,
                  externalIconAriaLabel: t.opensNewTab,
                } as const,
              ]),
          {
            type: 'button',
            text: t.top.theme[other],
            onClick() {
              chooseTheme(other)
              setTheme(other)
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'globe',
            text: languages[language],
            ariaLabel: `${t.top.language}: ${languages[language]}`,
            items: Object.entries(languages).map(([id, text]) => ({ id, text, lang: id })),
            onItemClick: ({ detail }) => {
              if (isLanguage(detail.id)) setLanguage(detail.id)
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: me.organizationName ?? me.orgId,
            description: t.top.role[me.role],
            items: [{ id: 'sign-out', text: t.top.signOut }],
            onItemClick: () => {
              signOut().catch(fail)
            },
          },
        ]}
      />
    </div>
  )
}
