import { describe, expect, it } from 'vitest'
import type { ClaimedDelayed, ClaimedDirect } from '../../../shared/mail/model.ts'
import { renderMail } from '../../../shared/mail/render.ts'

const direct: ClaimedDirect = {
  kind: 'claimed_direct',
  organizationName: 'Acme',
  firstName: 'Robin',
  address: 'robin@acme.example',
  createdAt: '2026-03-01T09:05:00Z',
  endsAt: '2026-03-15T09:05:00Z',
  options: ['change_email', 'delete_original'],
  contentLoss: 'migration_off',
  decisionUrl: 'https://claims.example/decisions/token',
}
const delayed: ClaimedDelayed = {
  ...direct,
  kind: 'claimed_delayed',
  options: ['change_email', 'transfer_content', 'delete_original'],
  contentLoss: undefined,
}
const textOf = (mail: Parameters<typeof renderMail>[0]) => renderMail(mail, 'en').text

describe('what a claim mail says', () => {
  it('C2, T3: a direct claim leaves the conversations behind, and says why and what that costs', () => {
    expect(textOf(direct)).toContain('now have a new account with this address at Acme')
    expect(textOf(direct)).toContain('Acme doesn’t let people bring their conversations')
    expect(textOf(direct)).toContain('If that is deleted, they are lost for good.')
    expect(textOf(direct)).not.toContain('Move everything')
  })

  it('M1: a delayed claim says what moves when nothing is done, and when', () => {
    expect(textOf(delayed)).toContain(
      'On 15 March 2026 at 09:05 UTC, everything moves to Acme; no conversation is lost.',
    )
    expect(textOf(delayed)).toContain('you don’t need to do anything')
    expect(textOf(delayed)).not.toContain('lost for good')
  })

  it('U1: without deleting among the options, the mail says that the account is a paid one', () => {
    const said = 'You can’t delete your old account here, because it is a paid one.'
    expect(textOf({ ...direct, options: ['change_email'] })).toContain(said)
    expect(textOf(direct)).not.toContain(said)
  })

  it('O1: an old account that is gone leaves nothing to choose, and no link', () => {
    const mail = textOf({ ...direct, contentLoss: 'source_deleted', options: [] })
    expect(mail).toContain('no longer exists')
    expect(mail).toContain('There is nothing for you to choose.')
    expect(mail).not.toContain('https://')
    expect(mail).not.toContain('If you do nothing')
  })

  it('R: both say until when a mistake can be undone, and by what that ends', () => {
    for (const mail of [direct, delayed]) {
      expect(textOf(mail)).toContain(
        'Until 15 March 2026 at 09:05 UTC it can withdraw the claim, but only as long as you have done neither.',
      )
    }
  })

  it('M4: a mail sent again is the first one, and says who asked for it', () => {
    const again = renderMail({ ...delayed, kind: 'claim_resent', claimType: 'delayed' }, 'en')
    expect(again.subject).toBe(`Sent again: ${renderMail(delayed, 'en').subject}`)
    expect(again.text).toContain('Acme asked us to send you this email again.')
    expect(again.text.replace('Acme asked us to send you this email again.\n\n', '')).toBe(textOf(delayed))
  })

  it('N1: a reminder counts the days', () => {
    const subject = (daysLeft: number) => renderMail({ ...delayed, kind: 'reminder', daysLeft }, 'en').subject
    expect(subject(7)).toBe('7 days left: your account moves to Acme on 15 March 2026')
    expect(subject(1)).toBe('1 day left: your account moves to Acme on 15 March 2026')
    expect(subject(0)).toBe('Less than a day left: your account moves to Acme on 15 March 2026')
  })

  it('N2: a reader without a first name is greeted all the same', () => {
    expect(textOf({ ...direct, firstName: ' \u200b' })).toContain('\nHello,\n')
    expect(textOf(direct)).toContain('\nHello Robin,\n')
  })

  it('N2: an organization without a name that can be shown is still somebody', () => {
    expect(textOf({ ...direct, organizationName: '\u202e\n' })).toContain(
      'Your organization has claimed your account',
    )
  })

  it.each([
    ['a link that is none', { decisionUrl: 'javascript:alert(1)' }, 'invalid_url'],
    ['a date that is none', { endsAt: 'soon' }, 'invalid_instant'],
  ])('N2: %s is an error, and no mail', (_what, facts, code) => {
    expect(() => renderMail({ ...direct, ...facts }, 'en')).toThrow(expect.objectContaining({ code }))
  })
})
