/**
 * `npm run screenshots [-- TEXT]`: takes pictures of the pages and mails (those whose names contain the text), in
 * Dutch and English, on a phone and a desktop, light and dark. They are stored in `.local/screenshots`.
 */
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { localFolder } from '../../infra/local/instance/endpoints.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { picturesIn } from './pictures.ts'

const LOCALES = ['nl', 'en'] as const
const WIDTHS_PX = [360, 1280] as const
const SCHEMES = ['light', 'dark'] as const
const HEIGHT_PX = 640

const [only = ''] = process.argv.slice(2)
const executablePath = findChromium()
if (executablePath === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH.')
const folder = path.join(localFolder, 'screenshots')
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })

const browser = await launchChromium(executablePath)
let taken = 0
try {
  for (const width of WIDTHS_PX)
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ viewport: { width, height: HEIGHT_PX }, colorScheme })
      for (const locale of LOCALES)
        for (const [name, html] of picturesIn(locale)) {
          if (!name.includes(only)) continue
          await page.setContent(html)
          const file = `${name}-${locale}-${width}-${colorScheme}.png`
          await page.screenshot({ path: path.join(folder, file), fullPage: true })
          taken++
        }
      await page.context().close()
    }
} finally {
  await browser.close()
}
console.log(`${taken} pictures in ${folder}`)
