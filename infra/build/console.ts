import { buildBrowserApp } from './browser-app.ts'

/** Builds what `functions/console` serves: `index.html` and `assets/`, into `folder`. */
export const buildConsole = (folder: string): Promise<void> =>
  buildBrowserApp(
    { name: 'console', folder: 'functions/console/app', publicPath: '/console/assets', isCompressed: true },
    folder,
  )
