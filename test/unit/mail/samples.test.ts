import { expect, it } from 'vitest'
import type { Mail } from '../../../shared/mail/model.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import { lossReasons } from './model.ts'

const kinds: Record<Mail['kind'], true> = {
  claimed_direct: true,
  claimed_delayed: true,
  reminder: true,
  claim_resent: true,
  revoked: true,
  decision_made: true,
  email_confirmation: true,
  email_confirmed: true,
  migration_completed: true,
  users_inactivated: true,
  removal_warning: true,
  mails_returned: true,
  import_finished: true,
}

it('N1: there is a sample of every kind of mail, and of every content loss', () => {
  const mails = sampleMails.map(({ mail }) => mail)
  expect(new Set(mails.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)))
  const reasons = mails.map((mail) => ('contentLoss' in mail ? mail.contentLoss : undefined))
  expect(new Set(reasons)).toEqual(new Set([undefined, ...Object.keys(lossReasons)]))
})

it('the samples have names of their own that fit in a file name', () => {
  const names = sampleMails.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([])
})
