import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boot } from '../../../infra/local/boot.ts'
import type { Running } from '../../../infra/local/boot/options.ts'
import { readStatus } from '../../../infra/ops/read-status.ts'
import { setPaused } from '../../../infra/ops/pause.ts'
import { localInstance, type ServiceInstance } from '../../../infra/ops/service-instance.ts'
import { durationText, printStatus } from '../../../infra/ops/status.ts'
import { projectRoot } from '../../../infra/project.ts'
import { localAssemblyOfRun } from '../../support/assemblies.ts'
import { DOMAIN, World } from '../../support/world.ts'

const run = promisify(execFile)

describe("the operator's commands", () => {
  let running: Running
  let world: World
  let instance: ServiceInstance
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ops-'))
    running = await boot({
      assembly: await localAssemblyOfRun(),
      endpointsFile: join(folder, 'endpoints.json'),
    })
    world = await World.of(running)
    instance = await localInstance(running.endpoints)
    await world.org('personal', 'consumer')
    await world.org('dunes', 'enterprise')
    await world.verify('dunes', DOMAIN)
    await world.user('ada')
  })
  afterAll(async () => {
    await world.stop()
    await rm(folder, { recursive: true })
  })

  const command = (name: 'status' | 'pause', ...args: string[]) =>
    run(process.execPath, [`infra/ops/${name}.ts`, ...args], {
      cwd: projectRoot,
      env: { ...process.env, LOCAL_FOLDER: folder },
    })

  it('say that nothing is queued, failed, late or paused, where that is so', async () => {
    await world.service.settle()
    const found = await readStatus(instance, { jobs: true })
    expect(found).toMatchObject({
      place: 'the local service',
      paused: {},
      due: { counts: {}, lateSeconds: 0 },
      misplaced: [],
      jobs: [],
    })
    expect(found.queues.map(({ queue }) => queue)).toContain('MailsQueue')
    expect(found.deadLetters.map(({ queue }) => queue)).toContain('MailsDeadLetters')
    for (const { waiting, inFlight } of [...found.queues, ...found.deadLetters])
      expect(waiting + inFlight).toBe(0)
  })

  it('M1, M5: pause migrations past the 14 days, say so, and let them go on: the bundles and their roles do it', async () => {
    const body = { users: [{ email: `ada@${DOMAIN}` }], type: 'delayed', acknowledgePermanent: true }
    const claimed = await world.as('dunes', 'POST', '/v1/claims', body)
    expect(claimed.status).toBe(200)
    await world.service.settle()
    expect((await command('pause', 'pause', 'migrations')).stdout).toContain(
      'migrations of the local service: paused since',
    )
    await world.service.advance('PT1M')
    await world.service.advance('P14D')
    const paused = await readStatus(instance, { jobs: false })
    expect(paused.paused.migrations).toBeDefined()
    expect(paused.due.counts).toEqual({ claim: 1 })
    expect((await world.as('dunes', 'GET', '/v1/claims')).body).toMatchObject({ items: [{ status: 'open' }] })
    expect(printStatus(paused)).toMatch(/Paused:\n {2}migrations since .*\n[\s\S]*claim: 1/)
    expect(await setPaused(instance, 'resume', 'migrations')).toContain('resumed')
    await world.service.advance('PT15M')
    expect((await world.as('dunes', 'GET', '/v1/claims')).body).toMatchObject({
      items: [{ status: 'completed' }],
    })
  })

  it('N3: hold mail while it is paused, however long, and let it leave afterwards', async () => {
    await setPaused(instance, 'pause', 'mail')
    await world.service.advance('PT1M')
    await world.user('bob')
    const body = { users: [{ email: `bob@${DOMAIN}` }], type: 'direct', acknowledgePermanent: true }
    await world.as('dunes', 'POST', '/v1/claims', body)
    await world.service.settle()
    await world.service.advance('PT1H')
    expect(await world.service.messages(`bob@${DOMAIN}`)).toEqual([])
    const { queues, deadLetters } = await readStatus(instance, { jobs: false })
    expect(queues.find(({ queue }) => queue === 'MailsQueue')).toMatchObject({ delayed: 1 })
    expect(deadLetters.find(({ queue }) => queue === 'MailsDeadLetters')).toMatchObject({ waiting: 0 })
    await setPaused(instance, 'resume', 'mail')
    await world.service.advance('PT2M')
    expect(await world.service.messages(`bob@${DOMAIN}`)).toHaveLength(1)
  })

  it('M5: nobody is migrated untold while mail is paused: the 14 days pass, and seven more from the mail on', async () => {
    await setPaused(instance, 'pause', 'mail')
    await world.service.advance('PT1M')
    await world.user('cleo')
    const { claimId } = await world.claimed('dunes', `cleo@${DOMAIN}`)
    await world.service.advance('P15D')
    expect(await world.claimById('dunes', claimId)).toMatchObject({ status: 'open' })
    await setPaused(instance, 'resume', 'mail')
    await world.service.advance('P6D')
    expect(await world.claimById('dunes', claimId)).toMatchObject({ status: 'open' })
    await world.service.advance('P2D')
    expect(await world.claimById('dunes', claimId)).toMatchObject({ status: 'completed' })
  })

  it('name a queue with dead letters, for people and as JSON', async () => {
    const QueueUrl = instance.queues.get('ReportsDeadLetters')
    await instance.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }))
    const { stdout } = await command('status')
    expect(stdout).toMatch(/Failed \(npm run redrive -- QUEUE\):\n {2}ReportsDeadLetters +1 waiting/)
    const json: unknown = JSON.parse((await command('status', '--json')).stdout)
    expect(json).toMatchObject({
      deadLetters: expect.arrayContaining([expect.objectContaining({ waiting: 1 })]),
    })
  })

  it('name a file that was put where no organization will see it', async () => {
    await world.service.upload('imports/people.csv', new TextEncoder().encode('Email\n'))
    await world.service.upload('imports/no-such-org/people.csv', new TextEncoder().encode('Email\n'))
    await world.service.settle()
    const { stdout } = await command('status')
    expect(stdout).toContain('Files under no organization that exists:')
    expect(stdout).toMatch(/imports\/people\.csv since \S+: no_organization/)
    expect(stdout).toMatch(/imports\/no-such-org\/people\.csv since \S+: unknown_organization/)
  })

  it('help, and answer what is expected to go wrong in one line', async () => {
    expect((await command('status', '--help')).stdout).toContain('Usage: npm run status')
    expect((await command('pause', 'pause', '--help')).stdout).toContain('Usage: npm run pause')
    await expect(command('pause', 'pause', 'everything')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'say one of: mail, migrations, deletions (npm run pause -- --help)\n',
    })
    await expect(command('status', '--nonsense')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^[^\n]+\n$/),
    })
  })
})

describe('a time that lasts', () => {
  it.each([
    [59, '59 s'],
    [60, '1 min'],
    [3_660, '1 h 1 min'],
    [90_000, '1 d 1 h'],
  ])('of %i s reads %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text)
  })
})
