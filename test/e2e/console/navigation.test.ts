import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from '../../support/chromium.ts'
import { open, watchConsole } from '../../support/console.ts'
import type { World } from '../../support/world.ts'
import { smallWorld } from '../../support/worlds.ts'

const executablePath = findChromium()
if (executablePath === undefined) console.warn('The console’s navigation is not tested: set CHROMIUM_PATH.')

const HEIGHT_PX = 800
const PHONE_PX = 360
const DESK_PX = 1280

describe.skipIf(executablePath === undefined)('the console’s side navigation in Chromium', () => {
  let world: World
  let browser: Browser

  beforeAll(async () => {
    world = await smallWorld()
    browser = await launchChromium(executablePath ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  const linkOf = (page: Page) =>
    page
      .getByRole('navigation', { name: 'Side navigation' })
      .getByRole('link', { name: 'Domains', exact: true })
  async function opened(width: number): Promise<{ page: Page; faults: readonly string[] }> {
    const page = await browser.newPage({ locale: 'en-US', viewport: { width, height: HEIGHT_PX } })
    const faults = watchConsole(page)
    await open(page, world, '', 'Overview')
    return { page, faults }
  }

  // A window of 1280 px at 150 % is 853 px wide.
  it.each([689, 853, DESK_PX])('stays open beside the page in a window %i px wide', async (width) => {
    const { page, faults } = await opened(width)
    await linkOf(page).click()
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor()
    expect(await linkOf(page).isVisible()).toBe(true)
    expect(faults).toEqual([])
    await page.close()
  })

  it('lies over the page on a phone, and closes behind whoever goes somewhere', async () => {
    const { page, faults } = await opened(PHONE_PX)
    expect(await linkOf(page).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Open side navigation' }).click()
    await linkOf(page).click()
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor()
    await linkOf(page).waitFor({ state: 'hidden' })
    expect(faults).toEqual([])
    await page.close()
  })

  it('is open again where a window that was narrow for a while is wide again, and stays closed if it was', async () => {
    const { page, faults } = await opened(DESK_PX)
    const narrowAndWide = async (): Promise<void> => {
      await page.setViewportSize({ width: PHONE_PX, height: HEIGHT_PX })
      await linkOf(page).waitFor({ state: 'hidden' })
      await page.setViewportSize({ width: DESK_PX, height: HEIGHT_PX })
    }
    await narrowAndWide()
    await linkOf(page).waitFor()
    await page.getByRole('button', { name: 'Close side navigation' }).click()
    await linkOf(page).waitFor({ state: 'hidden' })
    await narrowAndWide()
    await page.getByRole('button', { name: 'Open side navigation' }).waitFor()
    expect(await linkOf(page).isVisible()).toBe(false)
    expect(faults).toEqual([])
    await page.close()
  })
})
