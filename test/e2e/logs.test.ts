import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { localInstance } from '../../infra/ops/service-instance.ts'
import { logCodes } from '../../shared/lib/log-codes.ts'
import type { World } from '../support/world.ts'
import { smallWorld } from '../support/worlds.ts'

const line = z.looseObject({
  _aws: z.never().optional(),
  code: z.string().optional(),
  correlationId: z.string().optional(),
  /** Of what was done for several at once. */
  correlationIds: z.array(z.string()).optional(),
  function_request_id: z.string().optional(),
  cold_start: z.boolean().optional(),
})
const emf = z.looseObject({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Namespace: z.string() })) }),
})

/** What a line is about, where it is one of a function's own: Lambda's, and the local parts', are text. */
const jsonIn = (text: string): unknown => {
  const json = /^\S+ \[[^\]]+\] (\{.*\})$/.exec(text)?.[1]
  return json === undefined ? undefined : JSON.parse(json)
}

describe('what the functions leave in their logs', () => {
  let world: World
  let folder: string
  let text: string
  let importId: string
  const links: string[] = []
  const isOurs = (read: unknown): boolean => typeof read === 'object' && read !== null

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'logs-'))
    const logFile = path.join(folder, 'functions.log')
    world = await smallWorld({ logFile })
    const canary = { firstName: 'Canaryfirst', lastName: 'Canarylast' }
    for (const id of ['one', 'two', 'three'])
      await world.user(id, { ...canary, email: `canary.${id}@noordzee.example` })
    await world.service.mailbox('canary.three@noordzee.example', 'bounce')
    const rows = ['one', 'two', 'three', 'nobody'].map((id) => `canary.${id}@noordzee.example`)
    const imported = await world.import(
      'acme',
      'Canaryfile.csv',
      `E-mail\n${rows.join('\n')}\nno canary at all\n`,
    )
    importId = imported.importId
    const signIn = { email: 'canary.one@noordzee.example' }
    await world.platform('POST', '/sign-ins', signIn)
    for (const id of ['one', 'two'])
      for (const mail of await world.service.messages(`canary.${id}@noordzee.example`))
        links.push(...(mail.text.match(/\/decisions\/[\w-]+/g) ?? []))
    for (const link of links) await world.service.api('GET', link)
    await world.service.api('POST', links[0] ?? '', { body: { decision: 'transfer_content' } })
    await world.as(
      'acme',
      'POST',
      '/v1/claims',
      { users: [{ email: 'canary.none@noordzee.example' }] },
      {
        'idempotency-key': 'canary.key@noordzee.example',
      },
    )
    const { sqs, queues } = await localInstance(world.service.endpoints)
    for (const MessageBody of ['canary, and no JSON', JSON.stringify({ kind: 'canary@noordzee.example' })])
      for (const queue of ['MailsQueue', 'ImportsQueue', 'MigrationsQueue', 'FeedbackQueue'])
        await sqs.send(new SendMessageCommand({ QueueUrl: queues.get(queue), MessageBody }))
    await world.service.settle()
    await world.service.advance('P14D')
    await world.stop()
    text = await readFile(logFile, 'utf8')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('Y7: no address, name, file name, key or token of anybody, in no line of no function', () => {
    expect(links.length).toBeGreaterThan(1)
    const secrets = ['canary', ...links.map((link) => link.slice('/decisions/'.length)), 'it@noordzee']
    const ours = text.split('\n').filter((each) => isOurs(jsonIn(each)))
    expect(ours.length).toBeGreaterThan(20)
    const telling = ours.filter((each) =>
      secrets.some((secret) => each.toLowerCase().includes(secret.toLowerCase())),
    )
    expect(telling).toEqual([])
  })

  it('C10: each line by a code and its request, and all of an upload by its id: upload, chunk, mail, migration and report', () => {
    const lines = text.split('\n').flatMap((each) => {
      const read = line.safeParse(jsonIn(each))
      return read.success && read.data.code !== undefined ? [read.data] : []
    })
    expect(lines.filter(({ code = '' }) => !Object.hasOwn(logCodes, code))).toEqual([])
    expect(
      lines.filter((each) => each.function_request_id === undefined || each.cold_start === undefined),
    ).toEqual([])
    const ofUpload = lines
      .filter(({ correlationId, correlationIds = [correlationId] }) => correlationIds.includes(importId))
      .map(({ code }) => code)
    const told = ['import.advanced', 'chunk.handled', 'mail.handled', 'migration.handled', 'report.written']
    expect(told.filter((code) => !ofUpload.includes(code))).toEqual([])
  })

  it('has the metrics beside them, under the namespace of the stack', () => {
    const metrics = text.split('\n').flatMap((each) => {
      const read = emf.safeParse(jsonIn(each))
      return read.success ? [read.data] : []
    })
    const namespaces = metrics.flatMap(({ _aws }) => _aws.CloudWatchMetrics.map(({ Namespace }) => Namespace))
    expect(new Set(namespaces)).toEqual(new Set(['ClaimService']))
    const sum = (name: string): number =>
      metrics.reduce((total, each) => total + (typeof each[name] === 'number' ? each[name] : 0), 0)
    expect(sum('ClaimsCreated')).toBe(3)
    expect(sum('ClaimsRefused')).toBeGreaterThanOrEqual(2)
    expect(sum('MailsSent')).toBeGreaterThanOrEqual(4)
    expect(sum('MailsReturned')).toBe(1)
    expect(sum('Migrations')).toBeGreaterThanOrEqual(1)
    expect(sum('MessagesFailed')).toBeGreaterThanOrEqual(8)
  })
})
