import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInChromium, HEIGHT_PX } from '../../support/console-tests.ts'

const PHONE_PX = 360
const DESK_PX = 1280
/** One to measure, one to render what was measured, one to render what an effect of that changes; and one more. */
const FRAMES = 4

describeInChromium('the console’s side navigation in Chromium', (tests) => {
  const linkOf = (page: Page) =>
    page
      .getByRole('navigation', { name: 'Side navigation' })
      .getByRole('link', { name: 'Domains', exact: true })
  const opened = (width: number) => tests.open('', 'Overview', { viewport: { width, height: HEIGHT_PX } })

  /** Until the page has seen a change of its size and has drawn what follows from it. */
  const framesOf = (page: Page): Promise<unknown> =>
    page.evaluate(`(async () => {
      for (let n = 0; n < ${FRAMES}; n++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    })()`)

  // A window of 1280 px at 150 % is 853 px wide.
  it.each([689, 853, DESK_PX])('stays open beside the page in a window %i px wide', async (width) => {
    const page = await opened(width)
    await linkOf(page).click()
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor()
    expect(await linkOf(page).isVisible()).toBe(true)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('lies over the page on a phone, and closes behind whoever goes somewhere', async () => {
    const page = await opened(PHONE_PX)
    expect(await linkOf(page).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Open side navigation' }).click()
    await linkOf(page).click()
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor()
    await linkOf(page).waitFor({ state: 'hidden' })
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('is open again where a window that was narrow for a while is wide again, and stays closed if it was', async () => {
    const page = await opened(DESK_PX)
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
    expect(tests.faults).toEqual([])
    await page.close()
  })

  // What a page meets while Chromium takes a picture of all of it: a window 1 px wide, for a frame or for no frame at all.
  it.each([
    [
      'a resize tells AppLayout of a narrow window that is wide again when it closes',
      `(() => {
        const real = window.matchMedia
        const narrow = Object.assign(new EventTarget(), { matches: true })
        window.matchMedia = () => narrow
        window.dispatchEvent(new Event('resize'))
        window.matchMedia = real
      })()`,
      `window.dispatchEvent(new Event('resize'))`,
    ],
    [
      'AppLayout measures no room in a wide window',
      `document.body.style.width = '1px'`,
      `document.body.style.width = ''`,
    ],
  ])('stays open where %s', async (_, shrink, restore) => {
    const page = await opened(DESK_PX)
    await page.evaluate(shrink)
    await framesOf(page)
    await page.evaluate(restore)
    await framesOf(page)
    expect(await linkOf(page).isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Close side navigation' }).click()
    await linkOf(page).waitFor({ state: 'hidden' })
    expect(tests.faults).toEqual([])
    await page.close()
  })
})
