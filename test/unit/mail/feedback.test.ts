import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimIdOfTags, claimTags } from '../../../shared/mail/claim-tags.ts'
import { readFeedback } from '../../../shared/mail/feedback.ts'
import { claimIds } from '../../../shared/rules/claims/claim-ids.ts'
import { ULID } from '../../support/builders.ts'
import { bounceEvent, complaintEvent } from '../../support/feedback.ts'

const CLAIM_ID = `clm~acc00042~${ULID}`
const about = { claimId: CLAIM_ID, to: ['ada@noordzee.example'] }

/** As SES tells tags: each a list. */
const told = (tags: Record<string, string>) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]]))

describe('a claim’s tags', () => {
  it('N4: name any claim’s id in the characters and lengths that SES takes, and give it back', () => {
    const userId = fc.stringMatching(/^[A-Za-z0-9._:@+-]{1,128}$/)
    fc.assert(
      fc.property(userId, fc.integer({ min: 0, max: 4 }), (recordId, claimedBefore) => {
        let at = recordId
        for (let time = 0; time < claimedBefore; time++) at = claimIds(at, ULID).newUserId
        const { claimId } = claimIds(at, ULID)
        const tags = claimTags(claimId)
        for (const [name, value] of Object.entries(tags)) {
          expect(name).toMatch(/^[\w-]{1,256}$/)
          expect(value).toMatch(/^[\w-]{1,256}$/)
        }
        expect(claimIdOfTags(told({ ...tags, kind: 'revoked' }))).toBe(claimId)
      }),
      { examples: [['x'.repeat(128), 4]] },
    )
  })

  it('N4: an id that is too long for them is an error, and not another claim’s', () => {
    expect(() => claimTags(`clm~${'x'.repeat(400)}`)).toThrow(RangeError)
  })

  it('N4: a mail that is about no claim has none', () => {
    expect(claimIdOfTags(told({ kind: 'import_finished' }))).toBeUndefined()
  })
})

describe('what SES tells', () => {
  it('N4: a permanent bounce names its claim, its mail and who bounced it', () => {
    expect(readFeedback(bounceEvent(about))).toEqual({
      kind: 'bounced',
      sesMessageId: 'ses-1',
      claimId: CLAIM_ID,
      recipients: ['ada@noordzee.example'],
    })
  })

  it.each(['Transient', 'Undetermined'] as const)('N4: a %s bounce isn’t a lasting one', (bounceType) => {
    expect(readFeedback(bounceEvent({ ...about, bounceType })).kind).toBe('transient')
  })

  it('N4: a complaint is one, whatever is not told of it', () => {
    expect(readFeedback(complaintEvent(about))).toMatchObject({
      kind: 'complained',
      claimId: CLAIM_ID,
      recipients: ['ada@noordzee.example'],
    })
  })

  it('N4: a complaint about a mail to several may be anybody’s, and is nobody’s', () => {
    const to = ['it1@acme.example', 'it2@acme.example']
    expect(readFeedback(complaintEvent({ to })).recipients).toEqual([])
  })

  it('N4: a complaint that names one of several recipients is that one’s', () => {
    const event = complaintEvent({ to: ['it2@acme.example'] })
    const { mail } = event.detail as { mail: object }
    const toBoth = { ...mail, destination: ['it1@acme.example', 'it2@acme.example'] }
    const told = readFeedback({ ...event, detail: { ...event.detail, mail: toBoth } })
    expect(told.recipients).toEqual(['it2@acme.example'])
  })

  it('N4: a complaint whose complainer is blacked out is that of the only one who was mailed', () => {
    const event = complaintEvent({ to: ['ada@noordzee.example'] })
    const complaint = { complainedRecipients: [{ emailAddress: 'redacted@provider.example' }] }
    expect(readFeedback({ ...event, detail: { ...event.detail, complaint } }).recipients).toEqual([
      'ada@noordzee.example',
    ])
  })

  it('N4: a bounce from where a mail was forwarded to is that of the only one who was mailed', () => {
    const event = bounceEvent({ to: ['ada@noordzee.example'] })
    const { bounce } = event.detail as { bounce: object }
    const forwarded = { ...bounce, bouncedRecipients: [{ emailAddress: 'ada@elsewhere.example' }] }
    expect(readFeedback({ ...event, detail: { ...event.detail, bounce: forwarded } }).recipients).toEqual([
      'ada@noordzee.example',
    ])
  })

  it('N4: each address that a bounce names has bounced, however many they are', () => {
    const to = ['it1@acme.example', 'it2@acme.example']
    expect(readFeedback(bounceEvent({ to })).recipients).toEqual(to)
  })

  it('N4: a mail without tags is about no claim', () => {
    expect(readFeedback(bounceEvent({ to: ['it@noordzee.example'] }))).not.toHaveProperty('claimId')
  })

  it.each([
    ['nothing', undefined],
    ['another event', { detail: { eventType: 'Delivery', mail: { messageId: 'x' } } }],
    [
      'a bounce without its recipients',
      { detail: { eventType: 'Bounce', mail: { messageId: 'x' }, bounce: {} } },
    ],
  ])('N4: %s is no feedback', (_, body) => {
    expect(() => readFeedback(body)).toThrow()
  })
})
