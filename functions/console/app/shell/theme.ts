import { applyMode, Mode } from '@cloudscape-design/global-styles'

export type Theme = 'light' | 'dark'

const KEY = 'console.theme'
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')

const chosen = (): Theme | undefined => {
  const text = localStorage.getItem(KEY)
  return text === 'light' || text === 'dark' ? text : undefined
}

/** The theme chosen in this browser, or else the system’s. */
export const currentTheme = (): Theme => chosen() ?? (prefersDark.matches ? 'dark' : 'light')

export function applyTheme(theme: Theme = currentTheme()): void {
  applyMode(theme === 'dark' ? Mode.Dark : Mode.Light)
  document.documentElement.style.colorScheme = theme
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme(theme)
}
