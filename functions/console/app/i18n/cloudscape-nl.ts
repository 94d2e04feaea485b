import type { I18nProviderProps } from '@cloudscape-design/components/i18n'
export const cloudscapeNl: I18nProviderProps.Messages = {}
