import { renderMail } from '../../shared/mail/render.ts'
import { sampleMails } from '../../shared/mail/samples.ts'
import { plainSender, type Sender } from '../../shared/mail/sender.ts'
import {
  renderConfirmationGonePage,
  renderConfirmationPage,
  renderConfirmationSentPage,
} from '../../shared/decision-page/confirmation-pages.ts'
import {
  renderAlreadyDecidedPage,
  renderDecidedPage,
  renderGonePage,
} from '../../shared/decision-page/decided-pages.ts'
import { renderDecisionPage } from '../../shared/decision-page/decision-page.ts'

/** The sender with every setting of deployment and org set, except the logo, since nothing is loaded here. */
const sender: Sender = {
  ...plainSender,
  productName: 'Tidepool Chat',
  supportUrl: 'https://help.tidepool.example',
  contact: 'it@acme.example',
  timeZone: 'Europe/Amsterdam',
}

const claim = {
  organizationName: 'Acme',
  address: 'robin.devries@acme.example',
  claimType: 'delayed',
  createdAt: '2026-11-22T10:15:00Z',
  endsAt: '2026-12-06T10:15:00Z',
  options: ['change_email', 'transfer_content', 'delete_original'],
} as const
const newEmail = 'robin@home.example'
const expiresAt = '2026-11-25T08:30:00Z'
const kinds = claim.options

function pagesIn(locale: string): Readonly<Record<string, string>> {
  const given = { ...claim, locale, sender }
  const pending = { ...given, newEmail, expiresAt }
  return {
    choose: renderDecisionPage(given),
    'choose-direct': renderDecisionPage({
      ...given,
      claimType: 'direct',
      options: ['change_email', 'delete_original'],
      contentLoss: 'enterprise_source',
    }),
    'choose-pending': renderDecisionPage({ ...given, pendingEmail: { expiresAt } }),
    problem: renderDecisionPage({
      ...given,
      decision: 'change_email',
      newEmail,
      problem: { code: 'email_taken', message: '' },
    }),
    delete: renderDecisionPage({ ...given, confirmDelete: true }),
    'confirmation-sent': renderConfirmationSentPage(pending),
    confirmation: renderConfirmationPage(pending),
    'confirmation-taken': renderConfirmationPage({ ...pending, problem: 'email_taken' }),
    'confirmation-gone': renderConfirmationGonePage(locale, sender),
    ...Object.fromEntries(
      kinds.flatMap((decision) => [
        [`decided-${decision}`, renderDecidedPage({ ...given, decision, newEmail })],
        [
          `already-${decision}`,
          renderAlreadyDecidedPage({
            ...given,
            decision: { kind: decision, at: '2026-11-24T08:30:00Z', by: 'user' },
          }),
        ],
      ]),
    ),
    gone: renderGonePage(locale, sender),
  }
}

/** Every page that a claimed user may see, and every mail, by the name of its picture. */
export function picturesIn(locale: string): readonly (readonly [string, string])[] {
  return [
    ...Object.entries(pagesIn(locale)).map(([name, html]) => [`page-${name}`, html] as const),
    ...sampleMails.map(({ name, mail }) => [`mail-${name}`, renderMail(mail, locale, sender).html] as const),
  ]
}
