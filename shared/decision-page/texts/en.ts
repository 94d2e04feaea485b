import { line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const en: PageTexts = {
  choose: {
    heading: {
      direct: line`Choose what happens to your old account`,
      delayed: line`Choose what happens to your account`,
    },
    legend: line`What should happen to your old account?`,
    newEmail: line`New email address for your old account`,
    newEmailHint: ({ org }) =>
      line`A private address, so not one of ${org}. We send a link to it, for you to confirm.`,
    submit: line`Confirm my choice`,
    noPassword: line`This page doesn’t ask for your password. Never enter it on a page you opened from an email.`,
  },
  problem: {
    heading: line`There is a problem`,
    inTitle: (title) => line`Problem: ${title}`,
    of: {
      decision_required: () => line`Choose one of the options.`,
      decision_not_offered: () =>
        line`This option isn’t available for your account. Choose one of those shown here.`,
      new_email_required: () => line`Fill in the new address for your old account.`,
      invalid_address: () => line`This isn’t a valid email address. For example: name@domain.example.`,
      unmailable_address: () =>
        line`Email can’t be sent to this address: before the @ it has letters beyond a to z, such as é or ü. Choose another address.`,
      email_taken: () => line`There is already an account with this address. Choose another address.`,
      email_on_claimed_domain: ({ org }) =>
        line`This address is on a domain of ${org}. Choose an address that isn’t.`,
      mail_bounced: () =>
        line`This address takes no email from us: earlier emails came back, or its reader didn’t want them. Choose another address.`,
      too_many_confirmations: () =>
        line`We have already sent five confirmation emails within 24 hours. Please try again tomorrow, or choose another option.`,
      busy: () =>
        line`Your account was being changed at the same moment, and nothing has been decided yet. Please try again.`,
    },
  },
  confirm: {
    heading: line`Delete your old account for good?`,
    lead: ({ org, address }) =>
      line`You are about to delete the account that you had with the address ${address} before ${org} claimed it.`,
    submit: line`Yes, delete it for good`,
    back: line`No, go back to the options`,
  },
  pending: {
    heading: line`A new address is waiting to be confirmed`,
    text: ({ expiresAt }) =>
      line`We have sent an email with a link to the new address. The link works until ${expiresAt}. Until it is opened and confirmed, nothing has been decided and you can still choose again.`,
  },
  sent: {
    heading: line`Check your email to confirm the address`,
    text: ({ newEmail, expiresAt }) =>
      line`We have sent an email to ${newEmail}. Open the link in it and confirm the address before ${expiresAt}. Until then, nothing has been decided.`,
    notArrived: line`Nothing arrived? Look in your spam folder, and check the address above. You can choose again: another address, or another option.`,
    again: line`Choose again`,
  },
  confirmEmail: {
    heading: line`Is this your address?`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} has claimed the account ${masked}. The address ${newEmail} was given for the old account, so that it can be kept.`,
    effect: line`If you confirm, the old account gets this address and keeps all its conversations, messages and files. This decision can’t be changed afterwards.`,
    until: ({ expiresAt }) => line`You can confirm until ${expiresAt}.`,
    submit: line`Yes, this is my address`,
    notYou: line`Didn’t you ask for this? Then close this page, and nothing changes.`,
    another: line`To choose another address, use the link in the email that was sent to your old address.`,
    gone: {
      heading: line`This link doesn’t work`,
      text: line`It has expired, was replaced by a newer one, or never existed. Nothing has changed because of it. To choose again, use the link in the email that was sent to your old address.`,
    },
  },
  decided: {
    close: line`You don’t need to do anything else and can close this page.`,
  },
  already: {
    heading: line`This has been decided already`,
    by: {
      user: ({ at }) => line`You made your choice on ${at}:`,
      schedule: ({ at }) => line`The time to choose was over on ${at}. So, as announced, this was done:`,
    },
    stands: line`The choice can’t be changed any more.`,
  },
  gone: {
    heading: line`This link doesn’t work`,
    text: line`The link has expired or never existed. Check that you opened the whole link.`,
  },
}
