import AppLayoutToolbar, {
  type AppLayoutToolbarProps,
} from '@cloudscape-design/components/app-layout-toolbar'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { type ReactNode, useEffect } from 'react'
import { useLocalization } from '../i18n/provider.tsx'
import { useSession } from '../session/session.tsx'
import { signIn } from '../session/user-manager.ts'
import { BASE, settings } from '../settings.ts'
import { FlashArea } from './flashes.tsx'
import { useGo } from './go.ts'
import { Navigation } from './navigation.tsx'
import { useNavigationOpen } from './navigation-open.tsx'
import { TOP_ID } from './top.tsx'

export interface PageProps {
  readonly title: string
  readonly description?: ReactNode
  /** Buttons beside the page's title. */
  readonly actions?: ReactNode
  /** Breadcrumbs between the overview and this page. */
  readonly parents?: readonly { readonly text: string; readonly path: string }[]
  /** `table` or `wizard` if the page consists of one of these, which has a heading of its own. */
  readonly contentType?: AppLayoutToolbarProps.ContentType
  readonly splitPanel?: Pick<
    AppLayoutToolbarProps,
    | 'splitPanel'
    | 'splitPanelOpen'
    | 'onSplitPanelToggle'
    | 'onSplitPanelResize'
    | 'splitPanelPreferences'
    | 'splitPanelSize'
  >
  readonly children: ReactNode
}

/** The frame of every screen: navigation, breadcrumbs, flashes and title. */
export function Page({
  title,
  description,
  actions,
  parents = [],
  contentType,
  splitPanel,
  children,
}: PageProps) {
  const { t } = useLocalization()
  const session = useSession()
  const { follow } = useGo()
  const [navigationOpen, setNavigationOpen] = useNavigationOpen()

  useEffect(() => {
    document.title = `${title} - ${settings.productName}`
  }, [title])

  const here = window.location.pathname + window.location.search
  const sessionOver = {
    id: 'session-over',
    type: 'warning',
    header: t.session.over,
    content: t.session.overText,
    buttonText: t.entrance.signIn,
    onButtonClick: () => signIn(here),
  } as const

  return (
    <AppLayoutToolbar
      headerSelector={`#${TOP_ID}`}
      toolsHide
      navigation={<Navigation />}
      navigationOpen={navigationOpen}
      onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
      ariaLabels={t.layout}
      {...(contentType !== undefined && { contentType })}
      {...splitPanel}
      notifications={<FlashArea extra={session.isOver ? [sessionOver] : []} />}
      stickyNotifications
      breadcrumbs={
        <BreadcrumbGroup
          ariaLabel={t.layout.breadcrumbs}
          items={[
            { text: settings.productName, href: BASE },
            ...parents.map(({ text, path }) => ({ text, href: `${BASE}${path}` })),
            { text: title, href: here },
          ]}
          onFollow={follow}
        />
      }
      content={
        contentType === 'table' || contentType === 'wizard' ? (
          children
        ) : (
          <ContentLayout
            header={
              <Header variant="h1" description={description} actions={actions}>
                {title}
              </Header>
            }
          >
            {children}
          </ContentLayout>
        )
      }
    />
  )
}
