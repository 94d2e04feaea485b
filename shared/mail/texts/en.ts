import { line } from '../line.ts'
import { decisionsEn } from './decisions/en.ts'
import type { MailTexts } from './types.ts'

export const en: MailTexts = {
  greeting: (firstName) => (firstName === undefined ? line`Hello,` : line`Hello ${firstName},`),
  unnamedOrganization: 'Your organization',
  instant: (date, time, zone) => `${date} at ${time} ${zone}`,
  sender: {
    sentFor: ({ product, org }) => line`${product} sends you this email on behalf of ${org}.`,
    ask: ({ org, contact }) => line`Questions? Contact ${org}: ${contact}`,
    help: ({ product, support }) => line`Help with ${product}: ${support}`,
    doubtHeading: line`Not sure this email is real?`,
    doubt: ({ product, org, host }) =>
      line`Then don’t use the link. Ask ${org}, or open ${product} the way you always do: when you sign in there, you are asked the same question. The link in this email leads to ${host}.`,
  },
  noPassword: line`We never ask for your password by email. If an email does, it isn’t from us.`,
  noPasswordByLink: line`We never ask for your password by email, and the page behind the link doesn’t ask for it either.`,
  whyThisMail: ({ org, address }) =>
    line`You get this email because ${org} has claimed the account with the address ${address}.`,
  linkAsText: line`If the button doesn’t work, open this address in your browser:`,

  claim: {
    claimed: ({ org, address, domain, createdAt }) =>
      line`On ${createdAt}, ${org} claimed the account with the address ${address}. It can, because it has proven that it owns the domain ${domain}.`,
    situation: {
      direct: ({ org }) =>
        line`You now have a new account with this address at ${org}. Your old account still exists, with everything in it but without this address. You decide what happens to it.`,
      delayed: ({ org, endsAt }) =>
        line`Until ${endsAt}, you decide what happens to that account, your old account. If you choose nothing, everything in it moves to your new account at ${org}.`,
    },
    situationWithoutOld: ({ org }) =>
      line`You now have a new account with this address at ${org}, and can use it at once. The account you had until now no longer exists.`,
    optionTitle: {
      change_email: () => line`Keep your old account, with another address`,
      transfer_content: ({ org }) => line`Move everything to your account at ${org}`,
      delete_original: () => line`Delete your old account`,
    },
    optionEffect: {
      direct: {
        change_email: ({ org }) =>
          line`Give your old account a private address, so not one of ${org}. It keeps all your conversations, messages and files.`,
        transfer_content: ({ org }) =>
          line`All your conversations move to your account at ${org}, with their messages and files. ${org} decides how long they are kept, counted from their last activity. Your old account is then removed.`,
        delete_original: () =>
          line`Your old account is removed, with all its conversations, messages and files. This can’t be undone.`,
      },
      delayed: {
        change_email: ({ org }) =>
          line`Give your old account a private address, so not one of ${org}. It keeps all your conversations, messages and files; your account at ${org} starts empty.`,
        transfer_content: ({ org }) =>
          line`All your conversations move to your account at ${org} right away, with their messages and files. ${org} decides how long they are kept, counted from their last activity. Your old account is then removed.`,
        delete_original: ({ org }) =>
          line`Your old account is removed, with all its conversations, messages and files. This can’t be undone. Your account at ${org} starts empty.`,
      },
    },
    once: line`You can choose only once.`,
    paid: line`You can’t delete your old account here, because it is a paid one.`,
    nothingToChoose: line`There is nothing for you to choose.`,
    lossHeading: line`Your conversations don’t come along`,
    lossReason: {
      migration_off: ({ org }) =>
        line`${org} doesn’t let people bring their conversations with them to their new account.`,
      chosen_direct: ({ org }) =>
        line`${org} chose to give you the new account at once, without moving your conversations to it.`,
      enterprise_source: () =>
        line`Your old account belongs to another organization, and conversations can’t be moved out of it.`,
      created_after_cutoff: () =>
        line`Your old account’s organization was set up too recently for conversations to be moved out of it.`,
      other_region: ({ org }) =>
        line`Your old account is kept in a different region from the accounts of ${org}, and conversations can’t be moved from one region to another.`,
      source_deleted: () =>
        line`The organization that your old account was in has been deleted, and your old account with it.`,
    },
    lossStaysBehind: () =>
      line`So your conversations, with their messages and files, stay in your old account. If that is deleted, they are lost for good.`,
    lossGone: () => line`So the conversations in it, with their messages and files, are lost.`,
    idleHeading: line`If you do nothing`,
    idle: {
      direct: () =>
        line`Nothing is deleted and nothing moves. We ask you again when you next sign in. Until you have chosen, nobody can change or delete your old account.`,
      delayed: ({ org, endsAt }) =>
        line`On ${endsAt}, everything moves to ${org}; no conversation is lost. If that is fine with you, you don’t need to do anything. If you sign in before then, we ask you to choose first.`,
    },
    mistakeHeading: line`Is this a mistake?`,
    mistake: ({ org, endsAt }) =>
      line`Talk to ${org} before you choose or sign in. Until ${endsAt} it can withdraw the claim, but only as long as you have done neither.`,
    mistakeWithoutChoice: ({ org }) => line`Contact ${org}.`,
  },

  decision: decisionsEn,

  claimMail: {
    subject: {
      direct: ({ org }) => line`${org} has claimed your account: choose what happens to the old one`,
      delayed: ({ org, endsOn }) => line`${org} is claiming your account: choose by ${endsOn}`,
    },
    subjectWithoutChoice: ({ org }) => line`${org} has claimed your account`,
    heading: {
      direct: ({ org }) => line`${org} has claimed your account`,
      delayed: ({ org }) => line`${org} is claiming your account`,
    },
    choiceHeading: line`What you can choose`,
    button: line`Choose what happens`,
    opensPage: line`The button opens a page that explains each option. Opening it decides nothing.`,
    resentSubject: (subject) => line`Sent again: ${subject}`,
    resent: ({ org }) => line`${org} asked us to send you this email again.`,
  },

  reminder: {
    daysLeft: (count) =>
      count < 1 ? 'Less than a day left' : count === 1 ? '1 day left' : `${count} days left`,
    subject: ({ org, daysLeft, endsOn }) => line`${daysLeft}: your account moves to ${org} on ${endsOn}`,
    heading: ({ org, daysLeft }) => line`${daysLeft} before your account moves to ${org}`,
    lead: ({ org, endsAt }) =>
      line`You haven’t chosen yet what should happen to that account, your old account, and everything in it. You still can until ${endsAt}; then everything moves to your new account at ${org}.`,
  },

  revoked: {
    subject: ({ org }) => line`${org} has withdrawn its claim on your account`,
    heading: ({ org }) => line`${org} has withdrawn its claim on your account`,
    lead: ({ org, address, createdAt, revokedAt }) =>
      line`On ${createdAt}, ${org} claimed the account with the address ${address}. On ${revokedAt} it withdrew that claim.`,
    meansHeading: line`What this means for you`,
    means: ({ org }) =>
      line`Your account is as it was before the claim: with its address, its licences and all your conversations, messages and files. Nothing has moved and nothing will. The account that ${org} had for you is gone, and the links in our earlier emails no longer work.`,
    idle: ({ address }) => line`You don’t need to do anything. Sign in with ${address} as you did before.`,
  },

  migrated: {
    subject: ({ org }) => line`Your conversations are now in your account at ${org}`,
    heading: ({ org }) => line`The move to ${org} is complete`,
    lead: {
      user: ({ org, address, completedAt }) =>
        line`You chose to move everything in the account with the address ${address} to your account at ${org}. That was completed on ${completedAt}.`,
      schedule: ({ org, address, completedAt }) =>
        line`${org} had claimed the account with the address ${address}, and the time to choose what happens to it was over. So everything moved to your account at ${org}, as announced. That was completed on ${completedAt}.`,
    },
    moved: ({ count, number }) => {
      if (count === 0) return line`There were no conversations to move.`
      if (count === 1) return line`${number} conversation has moved, with its messages and files.`
      return line`${number} conversations have moved, with their messages and files.`
    },
    oldAccount: line`Your old account had nothing left in it and has been removed.`,
    retentionHeading: line`How long conversations are kept`,
    retention: ({ org, days, number }) =>
      days === 1
        ? line`${org} keeps a conversation for ${number} day after its last activity. Then it is removed.`
        : line`${org} keeps a conversation for ${number} days after its last activity. Then it is removed.`,
    retentionUnlimited: ({ org }) => line`At the moment, ${org} keeps conversations without a time limit.`,
    idle: ({ org, address }) =>
      line`You don’t need to do anything. From now on, ${address} is the address of your account at ${org}.`,
  },

  inactive: {
    users: ({ count, number }) => (count === 1 ? line`${number} user` : line`${number} users`),
    subject: ({ org, number, count, removedOn }) =>
      count === 1
        ? line`${org}: ${number} user made inactive, to be removed from ${removedOn}`
        : line`${org}: ${number} users made inactive, to be removed from ${removedOn}`,
    heading: ({ org }) => line`Users of ${org} have been made inactive`,
    lead: ({ org, users, count }) =>
      count === 1
        ? line`The users of ${org} were compared with its directory. ${users} wasn’t in it and has been made inactive. Whoever is inactive can’t sign in any more.`
        : line`The users of ${org} were compared with its directory. ${users} weren’t in it and have been made inactive. Whoever is inactive can’t sign in any more.`,
    inDays: (count) => (count < 1 ? 'In less than a day' : count === 1 ? 'In 1 day' : `In ${count} days`),
    warningSubject: ({ org, number, count, inDays }) =>
      count === 1
        ? line`${inDays}, ${number} user of ${org} will be removed`
        : line`${inDays}, ${number} users of ${org} will be removed`,
    warningHeading: ({ org, inDays }) => line`${inDays}, users of ${org} will be removed`,
    warningLead: ({ org, users, count }) =>
      count === 1
        ? line`${users} who wasn’t in the directory of ${org} is still inactive.`
        : line`${users} who weren’t in the directory of ${org} are still inactive.`,
    next: ({ removedFrom }) =>
      line`From ${removedFrom} on, the inactive accounts will be removed, with all their conversations, messages and files. After that, nobody can bring them back.`,
    namedHeading: line`Who this is about`,
    more: ({ count, number }) =>
      count === 1
        ? line`And ${number} more, who is not named here.`
        : line`And ${number} more, who are not named here.`,
    mistakeHeading: line`Is this a mistake?`,
    mistake: ({ org }) =>
      line`Then put them back into the directory of ${org} and synchronise it before that time. Anyone found again gets their account back as it was.`,
    idle: line`If they have left, you don’t need to do anything.`,
  },

  returned: {
    subject: ({ org, count, number }) =>
      count === 1
        ? line`${org}: ${number} email about a claim couldn’t be delivered`
        : line`${org}: ${number} emails about claims couldn’t be delivered`,
    heading: ({ org }) => line`Emails about the claims of ${org} couldn’t be delivered`,
    lead: ({ org, count, number }) =>
      count === 1
        ? line`${number} person whose account ${org} claimed couldn’t be reached: the email came back or was reported as unwanted.`
        : line`${number} people whose accounts ${org} claimed couldn’t be reached: the emails came back or were reported as unwanted.`,
    next: line`Nothing more is sent to these addresses. The claims go on as planned.`,
    remedyHeading: line`What you can do`,
    remedy: line`Tell these people yourself. If an address works again, say so at its claim; after that, the email can be sent again.`,
    button: line`Show these claims`,
  },

  imported: {
    subject: ({ file, claimed, refused }) =>
      line`Import of ${file} finished: ${claimed} claimed, ${refused} refused`,
    heading: ({ file }) => line`The import of ${file} is finished`,
    lead: ({ file, org }) =>
      line`The file ${file}, which was uploaded for ${org}, has been processed completely.`,
    cancelledSubject: ({ file, claimed, refused }) =>
      line`Import of ${file} cancelled: ${claimed} claimed, ${refused} refused`,
    cancelledHeading: ({ file }) => line`The import of ${file} was cancelled`,
    cancelledLead: ({ file, org }) =>
      line`The import of the file ${file}, which was uploaded for ${org}, was cancelled. Rows whose turn hadn’t come count as refused; accounts that were claimed before stay claimed.`,
    counts: {
      rowsRead: line`Rows read`,
      claimed: line`Claimed`,
      refused: line`Refused`,
      unchanged: line`Unchanged`,
    },
    informed: line`Everyone who was claimed gets an email that explains what happens and what they can choose.`,
    ignored: ({ columns }) =>
      line`These columns of the file weren’t understood, so they weren’t read: ${columns}.`,
    lossHeading: line`Content that is lost`,
    lossLead: ({ count, number }) =>
      count === 1
        ? line`${number} account was claimed without its content. The content stays in the old account and is lost when that is deleted.`
        : line`${number} accounts were claimed without their content. The content stays in the old accounts and is lost when those are deleted.`,
    loss: {
      migration_off: ({ number }) =>
        line`${number}: your organization doesn’t let users bring their conversations with them`,
      chosen_direct: ({ number }) => line`${number}: a direct claim was asked for`,
      enterprise_source: ({ number }) => line`${number}: the account belonged to another organization`,
      created_after_cutoff: ({ number }) => line`${number}: the account’s organization is too new`,
      other_region: ({ number }) => line`${number}: the account is kept in a different region`,
      source_deleted: ({ number }) => line`${number}: the account’s organization was deleted`,
    },
    reportHeading: line`The report`,
    reportHas: line`The report has every row of your file with what became of it.`,
    reportToCorrect: line`Correct the refused rows there, and you can upload the report as it is.`,
    reportComplete: line`There is nothing to correct.`,
    reportWithLoss: line`It also says whose content is lost.`,
    reportOfCancelled: line`To go on with the rows whose turn hadn’t come, upload the report as it is.`,
    reportButton: line`Download the report`,
    reportEnds: ({ reportEndsAt }) => line`The link works until ${reportEndsAt}.`,
    failedSubject: ({ file }) => line`Import of ${file} failed: no user was claimed`,
    failedHeading: ({ file }) => line`The import of ${file} failed`,
    failedLead: ({ file, org }) =>
      line`The file ${file}, which was uploaded for ${org}, couldn’t be read as a list of users. It was refused as a whole: no user was claimed.`,
    failedReason: line`What is wrong with it`,
    failedNext: line`Correct the file and upload it again.`,
    why: ({ org }) => line`You get this email because you are an administrator of ${org}.`,
  },
}
