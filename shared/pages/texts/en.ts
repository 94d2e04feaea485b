import { line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const en: PageTexts = {
  choose: {
    heading: {
      direct: line`Choose what happens to your old account`,
      delayed: line`Choose what happens to your account`,
    },
    legend: line`What should happen to your old account?`,
    newEmail: line`New e-mail address for your old account`,
    newEmailHint: ({ org }) => line`An address that only you use, and not one on a domain of ${org}.`,
    submit: line`Confirm my choice`,
    noPassword: line`This page doesn’t ask for your password. Never give it on a page that a mail has led you to.`,
  },
  problem: {
    heading: line`There is a problem`,
    inTitle: (title) => line`Problem: ${title}`,
    of: {
      decision_required: () => line`Choose one of the options.`,
      decision_not_offered: () =>
        line`This option isn’t available for your account. Choose one of those shown here.`,
      new_email_required: () => line`Fill in the new address for your old account.`,
      invalid_address: () =>
        line`This isn’t a valid e-mail address. It should look like name@domain.example.`,
      email_taken: () => line`There is already an account with this address. Choose another address.`,
      email_on_claimed_domain: ({ org }) =>
        line`This address is on a domain of ${org}. Choose an address that isn’t.`,
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
  decided: {
    heading: {
      change_email: line`Your old account goes on`,
      transfer_content: line`Your conversations are being moved`,
      delete_original: line`Your old account is being deleted`,
    },
    next: {
      change_email: ({ org, address, newEmail }) =>
        newEmail === undefined
          ? line`You chose another address for your old account. Sign in there with that address from now on. The address ${address} is that of your account at ${org}.`
          : line`Your old account now has the address ${newEmail}. Sign in there with that address from now on. The address ${address} is that of your account at ${org}.`,
      transfer_content: ({ org, address }) =>
        line`All your conversations are moving to your account at ${org}, with their messages and files. That can take a while. When it is done, we send a mail to ${address}, and your old account is removed.`,
      delete_original: ({ org, address }) =>
        line`Your old account is being removed, with all its conversations, messages and files. The address ${address} is that of your account at ${org}.`,
    },
    close: line`You needn’t do anything else, and can close this page.`,
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
    text: line`It has ended, or was never there. Check whether you opened the whole address from your mail.`,
  },
}
