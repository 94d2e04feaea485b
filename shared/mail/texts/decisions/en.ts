import { line } from '../../line.ts'
import type { DecisionTexts } from './types.ts'

export const decisionsEn: DecisionTexts = {
  heading: {
    change_email: line`You keep your old account`,
    transfer_content: line`Your conversations are being moved`,
    delete_original: line`Your old account is being deleted`,
  },
  next: {
    change_email: ({ org, address, newEmail }) =>
      newEmail === undefined
        ? line`You chose another address for your old account. Use that address to sign in to it from now on. The address ${address} belongs to your account at ${org}.`
        : line`Your old account now has the address ${newEmail}. Use that address to sign in to it from now on. The address ${address} belongs to your account at ${org}.`,
    transfer_content: ({ org, address }) =>
      line`All your conversations are moving to your account at ${org}, with their messages and files. This can take a while. When it is done, we send an email to ${address} and remove your old account.`,
    delete_original: ({ org, address }) =>
      line`Your old account is being removed, with all its conversations, messages and files. The address ${address} belongs to your account at ${org}.`,
  },
  acknowledged: {
    subject: {
      change_email: ({ org }) => line`${org}: you keep your old account`,
      transfer_content: ({ org }) => line`${org}: everything moves to your account there`,
      delete_original: ({ org }) => line`${org}: your old account is being deleted`,
    },
    lead: ({ address, at }) =>
      line`On ${at}, you chose what happens to your old account, which had the address ${address}:`,
    notYouHeading: line`Wasn’t this you?`,
    notYou: ({ org }) => line`Contact ${org} at once.`,
  },
  confirmation: {
    subject: ({ org }) => line`${org} has claimed your account: confirm your new address`,
    heading: line`Confirm your new email address`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} has claimed the account ${masked}. Its owner wants to keep the old account and give it the address ${newEmail}. If that is you, please confirm that this address is yours.`,
    effect: ({ newEmail }) =>
      line`Your old account stays, with all its conversations, messages and files. From then on, you sign in to it with ${newEmail}.`,
    button: line`Confirm the address`,
    opensPage: line`The button opens a page that shows the address. Nothing changes until you confirm there.`,
    until: ({ expiresAt }) => line`The link works until ${expiresAt}.`,
    notYou: line`Didn’t you ask for this? Then do nothing, and nothing changes.`,
    why: ({ org }) =>
      line`You get this email because somebody entered this address for an account that ${org} has claimed.`,
  },
  confirmed: {
    subject: ({ org }) => line`${org}: your old account now has this address`,
    why: line`You get this email because you confirmed this address for your old account.`,
  },
}
