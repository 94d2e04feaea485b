import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { localFolder, readEndpoints } from '../../infra/local/instance/endpoints.ts'
import { projectRoot } from '../../infra/project.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'

/**
 * Plays an admin's first quarter of an hour in Chromium against `npm start -- --seed`: signs in, verifies a domain,
 * previews a file, confirms it, looks at a claim, and revokes it. Prints how long each step takes, and how many
 * clicks.
 *
 *   npm run console:first [-- --pictures]      (--pictures: a picture of each step, in .local/first)
 */
const { values } = parseArgs({ options: { pictures: { type: 'boolean', default: false } } })

const READY = 'Ctrl-C ends it.'
const DOMAIN = 'duinen.example'
const SAMPLE = path.join(projectRoot, 'events/first-people.csv')

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Longest wait until the service has printed that it is up. */
async function started(service: ChildProcess): Promise<void> {
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    service.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.includes(READY)) resolve()
    })
    service.once('exit', () => reject(new Error(`npm start has ended:\n${printed}`)))
  })
}

const executablePath = findChromium()
if (executablePath === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH.')
const folder = path.join(localFolder, 'first')
if (values.pictures) await mkdir(folder, { recursive: true })

const bootedAt = performance.now()
const service = spawn('npm', ['start', '--', '--seed'], {
  cwd: projectRoot,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const browser = await launchChromium(executablePath)
try {
  await started(service)
  const endpoints = await readEndpoints()
  if (endpoints === undefined) throw new Error('npm start has written no addresses')
  print(`npm start -- --seed: up in ${((performance.now() - bootedAt) / 1000).toFixed(1)} s`)
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await walk(page, endpoints)
} finally {
  await browser.close()
  service.kill('SIGINT')
  if (service.exitCode === null) await once(service, 'exit')
}

async function walk(page: Page, { api, control, inbox }: { api: string; control: string; inbox: string }) {
  let n = 0
  let clicks = 0
  const total = performance.now()
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    const [begun, before] = [performance.now(), clicks]
    await work()
    const seconds = (performance.now() - begun) / 1000
    print(`  ${seconds.toFixed(1).padStart(5)} s  ${String(clicks - before).padStart(2)} clicks  ${name}`)
    n += 1
    if (values.pictures) await page.screenshot({ path: path.join(folder, `${n}.png`), fullPage: true })
  }
  const click = async (what: Locator): Promise<void> => {
    await what.click()
    clicks += 1
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).first()

  await step('signs in as admin of acme', async () => {
    await page.goto(`${api}/console`)
    await click(page.getByRole('radio', { name: /Acme/ }))
    await click(button('Sign in'))
    await page.getByRole('link', { name: /^Open: / }).waitFor()
    await page.getByRole('link', { name: 'Domains', exact: true }).waitFor()
  })
  await step('adds a domain', async () => {
    await click(page.getByRole('link', { name: 'Domains' }))
    await page.getByPlaceholder('example.com').fill(DOMAIN)
    await click(button('Add domain'))
    await page.getByText(`${DOMAIN} is added`).waitFor()
  })
  await step('sets its TXT record', async () => {
    const value = await page.getByText(/^user-claims-verification=/).innerText()
    const answer = await fetch(`${control}/dns`, {
      method: 'POST',
      body: JSON.stringify({ name: DOMAIN, txt: [value] }),
    })
    if (!answer.ok) throw new Error(`the DNS answered ${answer.status}`)
  })
  await step('verifies it', async () => {
    await click(button(`Check: ${DOMAIN}`))
    await page.getByText(`${DOMAIN} is verified`).waitFor()
  })
  await step('previews a file', async () => {
    await click(page.getByRole('link', { name: 'Claim users' }).first())
    await click(page.getByRole('radio', { name: 'Upload a file' }))
    await page.locator('input[type=file]').setInputFiles(SAMPLE)
    clicks += 1
    await click(button('Next'))
    await click(button('Next'))
    await page.getByText('Report of every row').waitFor()
  })
  await step('confirms it', async () => {
    await click(button('Next'))
    await click(page.getByRole('checkbox', { name: 'I know that claiming is permanent' }))
    await click(button('Claim'))
    await heading('The file has been imported').waitFor()
  })
  await step('looks at a claim', async () => {
    await click(page.getByRole('link', { name: 'Claims', exact: true }).first())
    await click(page.getByRole('link', { name: 'ada@acme.example' }))
    await page.getByText('What happened, and what will').waitFor()
  })
  await step('revokes it', async () => {
    await click(button('Revoke').first())
    await click(page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }))
    await page.getByText('The claim is revoked', { exact: true }).first().waitFor()
  })
  print(
    `  ${((performance.now() - total) / 1000).toFixed(1).padStart(5)} s  ${String(clicks).padStart(2)} clicks  in all`,
  )
  if (values.pictures) print(`Pictures in ${folder}; the mails: ${inbox}`)
}
