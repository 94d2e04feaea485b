import { SESClient } from '@aws-sdk/client-ses'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type SesLimits, sesLimits } from '../../../../../infra/local/aws/ses/ses-limits.ts'
import { mailer } from '../../../../../shared/aws/mailer.ts'
import { BusyError, faultOf, InputError } from '../../../../../shared/lib/errors.ts'
import { type AwsParts, outsideClient, startAwsParts } from '../aws-parts.ts'

const SECOND_MS = 1000
const DAY_MS = 24 * 3600 * SECOND_MS
const STRANGER = 'stranger@customer.example'

describe('SES’s limits, as the mail worker meets them', () => {
  let parts: AwsParts
  let send: ReturnType<typeof mailer>
  let at = Date.parse('2050-01-01T00:00:00Z')

  beforeAll(async () => {
    parts = await startAwsParts({ statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
    parts.ses.addIdentity('service.example')
    parts.ses.addConfigurationSet('mails')
    send = mailer(
      new SESClient({ ...outsideClient(parts.gateway), maxAttempts: 1 }),
      'a@service.example',
      'mails',
    )
    await parts.clock.freeze(new Date(at))
  })
  afterAll(() => parts.stop())
  afterEach(() => {
    parts.ses.setLimits(sesLimits.parse({}))
  })

  const limit = (limits: Partial<SesLimits>) => parts.ses.setLimits(sesLimits.parse(limits))
  const wait = async (ms: number) => {
    at += ms
    await parts.clock.moveTo(new Date(at))
  }
  const mail = (to: string = STRANGER) =>
    send({ to: [to], subject: 'Hallo', html: '<p>Hallo</p>', text: 'Hallo', tags: { kind: 'claimed' } })
  const failure = async (to?: string) => {
    try {
      await mail(to)
    } catch (error) {
      return error
    }
    throw new Error('it was sent')
  }

  it('is bound by none of them unless it is told', async () => {
    for (let n = 0; n < 30; n++) await expect(mail()).resolves.toMatch(/./)
  })

  it('fault 15: beyond the rate a mail waits, and goes out in the next second', async () => {
    limit({ mailsPerSecond: 2 })
    await wait(SECOND_MS)
    await mail()
    await mail()
    const error = await failure()
    expect(error).toBeInstanceOf(BusyError)
    expect(error).toMatchObject({ message: 'SES takes no mail now: Throttling' })
    await wait(SECOND_MS)
    await expect(mail()).resolves.toMatch(/./)
  })

  it('fault 15: beyond the day’s quota a mail waits, and goes out a day later', async () => {
    await wait(DAY_MS)
    limit({ mailsPerDay: 3 })
    for (let n = 0; n < 3; n++) await mail()
    expect(await failure()).toBeInstanceOf(BusyError)
    await wait(DAY_MS - 1)
    expect(await failure()).toBeInstanceOf(BusyError)
    await wait(1)
    await expect(mail()).resolves.toMatch(/./)
  })

  it('fault 15: in the sandbox mails to strangers wait, one a second goes to those who are verified', async () => {
    await wait(DAY_MS)
    limit({ sandbox: true, verified: ['ops@customer.example'] })
    const error = await failure()
    expect(error).toBeInstanceOf(BusyError)
    expect(error).toMatchObject({ message: 'SES takes no mail now: not verified' })
    await mail('Ops <Ops@customer.example>')
    expect(await failure('someone@service.example')).toMatchObject({
      message: expect.stringMatching(/Throttling/),
    })
    await wait(SECOND_MS)
    await mail('someone@service.example')
    await mail('success@simulator.amazonses.com')
    limit({})
    await expect(mail()).resolves.toMatch(/./)
  })

  it.each(['account', 'account_review', 'configuration_set'] as const)(
    'fault 15: while the sending of %s is paused mails wait',
    async (paused) => {
      limit({ paused })
      expect(await failure()).toBeInstanceOf(BusyError)
      limit({})
      await expect(mail()).resolves.toMatch(/./)
    },
  )

  it('fault 15: a mail that no try will bring through is refused for good', async () => {
    expect(await failure('müller@customer.example')).toMatchObject({
      name: 'InputError',
      code: 'mail_refused',
    })
    expect(await failure('nobody')).toBeInstanceOf(InputError)
  })

  it('writes no address into the log, though SES names it', async () => {
    limit({ sandbox: true })
    expect(faultOf(await failure()).fault.join()).not.toContain('stranger')
    expect(faultOf(await failure('nobody@')).fault.join()).not.toContain('nobody@')
  })
})
