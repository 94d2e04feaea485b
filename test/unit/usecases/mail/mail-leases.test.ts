import { describe, expect, it } from 'vitest'
import { BusyError } from '../../../../shared/lib/errors.ts'
import { plainSender, type Sender } from '../../../../shared/mail/sender.ts'
import { LINK_SECRET_BYTES, linkHash, linkText } from '../../../../shared/rules/claims/decision-link.ts'
import { mailSent, MAX_LINKS, takeMail } from '../../../../shared/rules/mail/claim-mail.ts'
import type { MailItem, MailWrite, MailWritten } from '../../../../shared/storage/stores/mails.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import type { AddressedMail } from '../../../../shared/usecases/mail/addressed-mail.ts'
import { leaseAll, type LeaseOptions, type LeasePorts } from '../../../../shared/usecases/mail/mail-leases.ts'
import { type ClaimedRecord, claimedUnmailed, patchClaim, plus, T0 } from '../../../support/builders.ts'

const BY = 'attempt-1'
const CLAIMED = { kind: 'claimed' } as const
const COMMON = {
  organizationName: 'Noordzee BV',
  firstName: 'Ada',
  address: 'ada@noordzee.example',
  createdAt: T0.toISOString(),
}

function addressed(mailId: string, patch: Partial<AddressedMail> = {}): AddressedMail {
  return {
    mailId,
    to: 'ada@noordzee.example',
    locale: 'en',
    sender: plainSender,
    tags: { kind: 'test' },
    mail: () => ({
      ...COMMON,
      kind: 'revoked',
      revokedAt: T0.toISOString(),
    }),
    ...patch,
  }
}
const ofClaim = (
  given: ClaimedRecord,
  mailId = 'mail-1',
  wanted: NonNullable<AddressedMail['claim']>['wanted'] = CLAIMED,
) =>
  addressed(mailId, {
    claim: { record: given, claim: given.claim, wanted },
    mail: (decisionUrl) => ({
      ...COMMON,
      kind: 'claimed_direct',
      endsAt: T0.toISOString(),
      options: ['change_email'],
      decisionUrl,
    }),
  })

function world(write: (each: MailWrite) => MailWritten = () => WRITTEN, now = T0) {
  const writes: MailWrite[] = []
  const tokens: string[] = []
  const ports: LeasePorts = {
    mails: {
      items: async () => new Map(),
      write: async (all) => {
        writes.push(...all)
        return all.map(write)
      },
    },
    tokens: {
      put: async (token, claimId) => {
        tokens.push(`${token} ${claimId}`)
      },
    },
    decisionUrl: (token) => `https://claims.example/d/${token}`,
    randomBytes: (size) => new Uint8Array(size).fill(7),
    newToken: () => 'a-token',
    now: () => now,
  }
  const lease = (mails: readonly AddressedMail[], options: Partial<LeaseOptions> = {}) =>
    leaseAll(ports, mails, { attempt: BY, tried: new Set(), known: undefined, ...options })
  return { lease, writes, tokens }
}

describe('C6: the lease of a mail that has an item of its own', () => {
  it('is one write by the attempt, of a mail that is rendered already', async () => {
    const { lease, writes } = world()
    const [outcome] = await lease([addressed('m')])
    expect(writes).toEqual([
      { kind: 'item', mailId: 'm', before: undefined, slot: { by: BY, at: T0.toISOString() } },
    ])
    expect(outcome).toMatchObject({
      outcome: 'leased',
      leased: {
        attempt: BY,
        again: false,
        mail: { to: ['ada@noordzee.example'], replyTo: undefined, tags: { kind: 'test' } },
      },
    })
    if (outcome?.outcome !== 'leased') throw new Error('not leased')
    expect(outcome.leased.mail.text).toContain('Noordzee BV')
    expect(outcome.leased).not.toHaveProperty('claim')
  })

  const known = (item: MailItem) => ({ known: new Map([['m', item]]) })

  it('is over where it was sent, and waits a few seconds where another worker is at it', async () => {
    const { lease, writes } = world()
    expect(await lease([addressed('m')], known({ slot: 'sent', attempt: 'other' }))).toEqual([
      { outcome: 'over', mailOutcome: { outcome: 'sent_before' } },
    ])
    const held = { slot: { by: 'other', at: plus(-1000).toISOString() }, attempt: 'other' }
    const [waiting] = await lease([addressed('m')], known(held))
    if (waiting?.outcome !== 'failed' || !(waiting.error instanceof BusyError)) throw new Error('not waiting')
    expect(waiting.error.message).toBe('another delivery of the message is at its mail')
    expect(waiting.error.times).toEqual({ longestWaitSeconds: 10 })
    expect(writes).toEqual([])
  })

  it('is taken over from a worker that died, and may be a repeat then', async () => {
    const died = { slot: { by: 'other', at: plus(-76_000).toISOString() }, attempt: 'other' }
    const { lease, writes } = world()
    const [outcome] = await lease([addressed('m')], known(died))
    expect(outcome).toMatchObject({ outcome: 'leased', leased: { again: true } })
    expect(writes).toMatchObject([{ before: died, slot: { by: BY } }])
  })

  it('has another name once this attempt gave the mail to SES', async () => {
    const { lease, writes } = world()
    await lease([addressed('m'), addressed('n')], { tried: new Set(['m']) })
    expect(writes).toMatchObject([{ slot: { by: `${BY}/again` } }, { slot: { by: BY } }])
  })

  it('fails alone where it can’t be rendered or written, and is looked at again where another was faster', async () => {
    const bad = new Error('no words')
    const broken = addressed('a', {
      mail: () => {
        throw bad
      },
    })
    const gone = new Error('gone')
    const { lease } = world((each) => {
      if (each.kind === 'item' && each.mailId === 'b') return { outcome: 'failed', error: gone }
      return each.kind === 'item' && each.mailId === 'c' ? { outcome: 'lost' } : WRITTEN
    })
    expect(await lease([broken, addressed('b'), addressed('c'), addressed('d')])).toMatchObject([
      { outcome: 'failed', error: bad },
      { outcome: 'failed', error: gone },
      { outcome: 'again' },
      { outcome: 'leased', leased: { addressed: { mailId: 'd' } } },
    ])
    expect(await lease([])).toEqual([])
  })

  it('N5: has the org’s contact to reply to, where that is an address', async () => {
    const replyTo = async (sender: Sender) => {
      const [outcome] = await world().lease([addressed('m', { sender })])
      return outcome?.outcome === 'leased' ? outcome.leased.mail.replyTo : 'not leased'
    }
    expect(await replyTo({ ...plainSender, contact: 'help@noordzee.example' })).toBe('help@noordzee.example')
    expect(await replyTo({ ...plainSender, contact: 'https://help.noordzee.example' })).toBeUndefined()
    expect(await replyTo(plainSender)).toBeUndefined()
  })
})

describe('C6: the lease of a mail about an open claim', () => {
  const given = claimedUnmailed()

  it('is one write of the claim, with the hash of a link that nobody else has', async () => {
    const { lease, writes, tokens } = world()
    const [outcome] = await lease([ofClaim(given)])
    if (outcome?.outcome !== 'leased') throw new Error('not leased')
    const { leased } = outcome
    expect(writes).toEqual([{ kind: 'claim', record: given, claim: leased.claim }])
    expect(leased.claim?.mail).toMatchObject({ slots: { claimed: { by: BY } }, links: [leased.link] })
    const secret = new Uint8Array(LINK_SECRET_BYTES).fill(7)
    const token = linkText({ claimId: given.claim.claimId, secret })
    expect(leased.mail.text).toContain(`https://claims.example/d/${token}`)
    expect(leased.link).toEqual(linkHash(secret))
    expect(tokens).toEqual([])
  })

  it('has a link of its own item once the claim has as many as it keeps', async () => {
    const links = Array.from({ length: MAX_LINKS }, (_, n) => Uint8Array.of(n))
    const full = patchClaim(given, { mail: { ...given.claim.mail, links } })
    const { lease, tokens } = world()
    const [outcome] = await lease([ofClaim(full)])
    if (outcome?.outcome !== 'leased') throw new Error('not leased')
    expect(tokens).toEqual([`a-token ${given.claim.claimId}`])
    expect(outcome.leased).not.toHaveProperty('link')
    expect(outcome.leased.claim?.mail.links).toEqual(links)
    expect(outcome.leased.mail.text).toContain('https://claims.example/d/a-token')
  })

  it('is over where it was sent or a later one was asked for, and waits for another worker', async () => {
    const sent = mailSent(given.claim, CLAIMED, T0)
    const taken = takeMail(given.claim, CLAIMED, 'other', undefined, T0)
    if (sent === undefined || taken.outcome !== 'taken') throw new Error('not taken')
    const { lease, writes } = world()
    const resent = { kind: 'resent', at: plus(-1).toISOString() } as const
    const outcomes = [
      ...(await lease([ofClaim({ ...given, claim: sent })])),
      ...(await lease([ofClaim(patchClaim(given, { resentAt: T0.toISOString() }), 'mail-1', resent)])),
      ...(await lease([ofClaim({ ...given, claim: taken.claim })])),
    ]
    expect(outcomes).toMatchObject([
      { outcome: 'over', mailOutcome: { outcome: 'sent_before' } },
      { outcome: 'over', mailOutcome: { outcome: 'obsolete' } },
      { outcome: 'failed', error: { times: { longestWaitSeconds: 10 } } },
    ])
    expect(writes).toEqual([])
  })

  it('is looked at again where it is the second one about the same record', async () => {
    const { lease, writes } = world()
    const second = ofClaim(given, 'mail-2', { kind: 'reminder', day: 7 })
    const outcomes = await lease([ofClaim(given), second, addressed('m'), addressed('m')])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['leased', 'again', 'leased', 'again'])
    expect(writes).toHaveLength(2)
  })
})
