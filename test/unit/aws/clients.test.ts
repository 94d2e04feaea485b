import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { functions } from '../../../infra/functions.ts'
import { projectRoot } from '../../../infra/project.ts'
import {
  type ClientLimits,
  clientOptions,
  dynamoDbClient,
  EFFECTS,
  INTERACTIVE,
  SENDING,
  sesClient,
  sqsClient,
  WORKER,
} from '../../../shared/aws/clients.ts'
import { readSources } from '../architecture/sources.ts'

const BRIEF: ClientLimits = { connectMs: 2_000, answerMs: 20, idleMs: 2_000, attempts: 2 }
const kinds = { INTERACTIVE, WORKER, EFFECTS, SENDING }

let server: Server
let connections: Socket[]
let endpoint: string

/** A service that takes every connection and never says a word. */
beforeEach(async () => {
  connections = []
  server = createServer((socket) => connections.push(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  endpoint = `http://127.0.0.1:${address.port}`
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const socket of connections) socket.destroy()
  server.close()
  await once(server, 'close')
})

const composition = /^functions\/([^/]+)\/index\.ts$/
const compositions = readSources(projectRoot, ['functions']).flatMap(({ path, text }) => {
  const name = composition.exec(path)?.[1]
  return name === undefined || !Object.hasOwn(functions, name) ? [] : [{ name, text }]
})

describe('the clients of AWS', () => {
  it('fault 10: do not wait for an answer that does not come, and ask as often as their limits say', async () => {
    const timedOut = { name: 'TimeoutError', $metadata: { attempts: BRIEF.attempts } }
    const read = new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } })
    await expect(dynamoDbClient(BRIEF).send(read)).rejects.toMatchObject(timedOut)
    const message = new SendMessageCommand({ QueueUrl: `${endpoint}/0/q`, MessageBody: 'x' })
    await expect(sqsClient(BRIEF).send(message)).rejects.toMatchObject(timedOut)
    expect(connections).toHaveLength(2 * BRIEF.attempts)
  })

  it('fault 10: ask SES once, since a second answer could be a second mail', async () => {
    const client = new SESClient(clientOptions({ ...SENDING, answerMs: BRIEF.answerMs }))
    const mail = { Source: 'a@b.example', Destination: {}, Message: { Subject: { Data: '' }, Body: {} } }
    await expect(client.send(new SendEmailCommand(mail))).rejects.toMatchObject({
      $metadata: { attempts: 1 },
    })
    expect(connections).toHaveLength(1)
    expect([SENDING.attempts, await sesClient().config.maxAttempts()]).toEqual([1, 1])
  })

  it.each(compositions)(
    'fault 10: every attempt of $name ends before the function does',
    ({ name, text }) => {
      const { timeoutSeconds } = Object.entries(functions).find(([each]) => each === name)?.[1] ?? {
        timeoutSeconds: 0,
      }
      const used = Object.entries(kinds).filter(([kind]) => new RegExp(`\\b${kind}\\b`).test(text))
      for (const [kind, { attempts, answerMs, connectMs }] of used) {
        expect(attempts * (answerMs + connectMs), kind).toBeLessThan(timeoutSeconds * 1000)
      }
    },
  )
})
