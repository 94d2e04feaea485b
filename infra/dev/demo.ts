/**
 * `npm run demo`: runs the whole service on this machine and takes a CSV through its life: upload → claims → mails →
 * a decision, a revocation, a jump of 14 days → migration; then a directory sync → 30 days → deletion.
 *
 * Everything it shows it reads from the running service over HTTP and S3, as any client would. It fails if something
 * isn't as the rules require.
 */
import path from 'node:path'
import { boot } from '../local/boot.ts'
import { createClient, type ServiceClient } from '../local/client.ts'
import { readOptions } from '../local/cli/command-line.ts'
import { createDemoClient, ORG, type DemoContext } from './demo/client.ts'
import { importPeople, prepare, showPreview } from './demo/claiming.ts'
import { synchronise } from './demo/directory.ts'
import { decideByLink, revokeOne, waitForMigration } from './demo/life.ts'
import { count, heading, assertThat, print, seconds, table } from './demo/output.ts'
import { type Endpoints, localFolder } from '../local/instance/endpoints.ts'
import { describeError } from '../local/cli/expected-error.ts'
import { END_SIGNALS } from '../local/cli/signals.ts'
import { serviceOptions } from './service-options.ts'

async function run(service: ServiceClient, bootMs: number, isQuick: boolean): Promise<void> {
  const startedAt = performance.now()
  const times: [string, string][] = [['boot', seconds(bootMs)]]
  const notes: [string, string][] = []
  const context: DemoContext = {
    service,
    client: createDemoClient(
      service,
      // Valid for longer than the 45 days that the demo jumps over.
      await service.token({ org: ORG, role: 'admin', expiresInSeconds: TOKEN_SECONDS }),
      await service.token({ role: 'platform', expiresInSeconds: TOKEN_SECONDS }),
    ),
    async timed(what, work) {
      const begin = performance.now()
      const result = await work()
      times.push([what, seconds(performance.now() - begin)])
      return result
    },
    note: (what, value) => void notes.push([what, value]),
  }

  await prepare(context)
  await showPreview(context)
  const claims = await importPeople(context)
  await decideByLink(context, claims)
  await revokeOne(context, claims)
  await waitForMigration(context, claims)
  if (!isQuick) await synchronise(context, claims)

  heading('All in all')
  notes.push(['mails in the end', count(await service.messageCount())])
  table([...notes, ...times, ['the demo, without the boot', seconds(performance.now() - startedAt)]])
  const problems = await service.problems()
  assertThat(problems.length === 0, `the service found nothing wrong with itself (${problems.join('; ')})`)
}

const command = {
  name: 'npm run demo',
  about: `Boots the whole service on this machine, takes a CSV of people through its life (upload, claims, mails, a decision, a
revocation, 14 days, migration; a directory, 30 days, deletion), tells what happens, and ends.`,
  options: {
    quick: { help: 'ends after the migration, without the directory and its 30 days' },
    open: { help: 'stays up at its end, with the console and the studio on what it made, until Ctrl-C' },
  },
  environment: {
    DYNAMODB_ENDPOINT: 'the address of a DynamoDB to use instead of the one that comes along',
    DYNAMODB_FAULTS: 'as for npm start',
  },
} as const

const TOKEN_SECONDS = 90 * 24 * 3600

/** Prints where everything that the demo made can be seen. */
function whereToLook({ api, inbox }: Endpoints): void {
  heading('Look at it')
  print(
    `  console  ${api}/console   (sign in as admin of ${ORG}: its claims, imports, users, directory, audit)`,
  )
  print(
    `  studio   ${inbox}   (every mail, what is scheduled, the log, the events, and the clock to move on)`,
  )
  print('\n  Ctrl-C ends it.')
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of END_SIGNALS) process.once(signal, () => resolve())
  })

async function demonstrate(isQuick: boolean, isOpen: boolean): Promise<void> {
  print('Booting the service from its CloudFormation template …')
  const running = await boot({
    logFile: path.join(localFolder, 'demo.log'),
    show: (line) => print(`  ! ${line}`),
    ...serviceOptions,
  })
  try {
    print(
      `  up in ${seconds(running.bootMs)}: API ${running.endpoints.api}, studio ${running.endpoints.inbox}`,
    )
    await run(createClient(running.endpoints, running.key), running.bootMs, isQuick)
    if (isOpen) {
      whereToLook(running.endpoints)
      await Promise.all([interrupted(), running.prepareStudio()])
    } else {
      print('\nTo look at it in the console and the studio: npm run demo -- --open')
    }
  } finally {
    await running.stop()
  }
}

try {
  const options = readOptions(command)
  if (options !== undefined) await demonstrate(options.quick === true, options.open === true)
} catch (error) {
  console.error(describeError(error))
  process.exitCode = 1
}
