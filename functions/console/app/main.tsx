import '@cloudscape-design/global-styles/index.css'
import './console.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, Outlet } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { queryClient } from './api/client.ts'
import { LocalizationProvider } from './i18n/provider.tsx'
import { screens } from './screens.ts'
import { SessionProvider } from './session/session.tsx'
import { type Start, start } from './session/start.ts'
import { BASE } from './settings.ts'
import { Entrance } from './shell/entrance.tsx'
import { NotFound, ScreenError } from './shell/error-boundary.tsx'
import { FlashesProvider } from './shell/flashes.tsx'
import { NavigationOpenProvider } from './shell/navigation-open.tsx'
import { applyTheme } from './shell/theme.ts'
import { Top } from './shell/top.tsx'

const Shell = () => (
  <SessionProvider>
    <FlashesProvider>
      <NavigationOpenProvider>
        <Top />
        <Outlet />
      </NavigationOpenProvider>
    </FlashesProvider>
  </SessionProvider>
)

// Created only after the sign-in, since the router reads the address when it is created.
const createRouter = () =>
  createBrowserRouter(
    [
      {
        path: '/',
        element: <Shell />,
        children: [
          {
            errorElement: <ScreenError />,
            hydrateFallbackElement: <></>,
            children: [
              ...screens.map(({ path, load }) => ({
                path: path === '' ? '/' : path,
                lazy: async () => ({ Component: (await load()).default }),
              })),
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
    { basename: BASE },
  )

function App({ start: begun }: { readonly start: Start }) {
  return (
    <LocalizationProvider>
      <QueryClientProvider client={queryClient}>
        {begun.kind === 'signed_in' ? <RouterProvider router={createRouter()} /> : <Entrance start={begun} />}
      </QueryClientProvider>
    </LocalizationProvider>
  )
}

const element = document.getElementById('console')
if (element === null) throw new Error('the page has no place for the console')
applyTheme()
const root = createRoot(element)
root.render(<App start={await start()} />)
