import '@cloudscape-design/global-styles/index.css'
import './studio.css'
import Alert from '@cloudscape-design/components/alert'
import AppLayout from '@cloudscape-design/components/app-layout'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { QueryClientProvider, useMutation } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, useSearchParams } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { queryClient, runAction, useLive } from './api.ts'
import { Clock } from './clock.tsx'
import { Dns } from './dns.tsx'
import { Events } from './events.tsx'
import { Functions } from './functions.tsx'
import { Log } from './log.tsx'
import { Mails } from './mails.tsx'
import { OutcomeArea, OutcomesProvider, useOutcomes } from './outcomes.tsx'
import { Queues } from './queues.tsx'
import { Schedules } from './schedules.tsx'

const tabs = [
  { id: 'mails', label: 'Inbox', content: <Mails /> },
  { id: 'schedules', label: 'Schedules', content: <Schedules /> },
  { id: 'queues', label: 'Queues', content: <Queues /> },
  { id: 'dns', label: 'DNS', content: <Dns /> },
  { id: 'log', label: 'Log', content: <Log /> },
  { id: 'events', label: 'Events', content: <Events /> },
  { id: 'functions', label: 'Functions', content: <Functions /> },
]

function Places() {
  const { data } = useLive('state')
  const { say, fail } = useOutcomes()
  const action = useMutation({
    mutationFn: runAction,
    onSuccess: ({ outcome }) => say(outcome),
    onError: fail,
  })
  // Without a heading while there is nothing to show below it.
  if (data === undefined || data.links.length + data.actions.length === 0) return null
  return (
    <Container header={<Header variant="h2">Where to go</Header>}>
      <ColumnLayout columns={2}>
        {data.links.map(({ text, href, about }) => (
          <div key={href}>
            <Link href={href} external externalIconAriaLabel="Opens in a new tab">
              {text}
            </Link>
            <Box color="text-body-secondary" fontSize="body-s">
              {about}
            </Box>
          </div>
        ))}
        {data.actions.map(({ id, title, about }) => (
          <div key={id}>
            <Button
              loading={action.isPending && action.variables === id}
              loadingText={title}
              onClick={() => action.mutate(id)}
            >
              {title}
            </Button>
            <Box color="text-body-secondary" fontSize="body-s">
              {about}
            </Box>
          </div>
        ))}
      </ColumnLayout>
    </Container>
  )
}

function Problems() {
  const { data, error } = useLive('state')
  if (error !== null)
    return (
      <Alert type="error" header="The service does not answer">
        Has it ended? This page goes on by itself when it is back.
      </Alert>
    )
  const problems = data?.problems ?? []
  const latest = problems.at(-1)
  if (latest === undefined) return null
  return (
    <Alert type="warning" header={`${problems.length} problems of the local service`}>
      {latest}
    </Alert>
  )
}

function Studio() {
  const [query, setQuery] = useSearchParams()
  return (
    <AppLayout
      navigationHide
      toolsHide
      contentType="dashboard"
      ariaLabels={{ notifications: 'Outcomes' }}
      notifications={<OutcomeArea />}
      stickyNotifications
      content={
        <ContentLayout
          header={
            <Header
              variant="h1"
              description="The inside of the service that runs on this machine. None of this is deployed."
            >
              Studio
            </Header>
          }
        >
          <SpaceBetween size="l">
            <Problems />
            <ColumnLayout columns={2}>
              <Clock />
              <Places />
            </ColumnLayout>
            <Tabs
              ariaLabel="The service’s inside"
              activeTabId={query.get('tab') ?? 'mails'}
              onChange={({ detail }) => setQuery({ tab: detail.activeTabId })}
              tabs={tabs}
            />
          </SpaceBetween>
        </ContentLayout>
      }
    />
  )
}

function applyTheme(isDark: boolean): void {
  applyMode(isDark ? Mode.Dark : Mode.Light)
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light'
}

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
applyTheme(prefersDark.matches)
prefersDark.addEventListener('change', ({ matches }) => applyTheme(matches))

const router = createBrowserRouter([{ path: '*', element: <Studio /> }])
const element = document.getElementById('studio')
if (element === null) throw new Error('the page has no place for the studio')
createRoot(element).render(
  <I18nProvider locale="en" messages={[messages]}>
    <QueryClientProvider client={queryClient}>
      <OutcomesProvider>
        <RouterProvider router={router} />
      </OutcomesProvider>
    </QueryClientProvider>
  </I18nProvider>,
)
