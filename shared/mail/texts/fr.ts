import { frenchLine as line } from '../line.ts'
import { decisionsFr } from './decisions/fr.ts'
import type { MailTexts } from './types.ts'

export const fr: MailTexts = {
  greeting: (firstName) => (firstName === undefined ? line`Bonjour,` : line`Bonjour ${firstName},`),
  unnamedOrganization: 'Votre organisation',
  instant: (date, time, zone) => `${date} à ${time.replace(':', '\u00a0h\u00a0')} (${zone})`,
  sender: {
    sentFor: ({ product, org }) => line`${product} vous envoie ce message au nom de ${org}.`,
    ask: ({ org, contact }) => line`Des questions ? Contactez ${org} : ${contact}`,
    help: ({ product, support }) => line`Aide pour ${product} : ${support}`,
    doubtHeading: line`Vous doutez de ce message ?`,
    doubt: ({ product, org, host }) =>
      line`N’utilisez pas le lien. Demandez confirmation à ${org}, ou ouvrez ${product} comme d’habitude : à la connexion, la même question vous sera posée. Le lien de ce message mène à ${host}.`,
  },
  noPassword: line`Nous ne vous demandons jamais votre mot de passe par e-mail. Si un message le fait, il ne vient pas de nous.`,
  noPasswordByLink: line`Nous ne vous demandons jamais votre mot de passe par e-mail, et la page vers laquelle mène le lien ne le demande pas non plus.`,
  whyThisMail: ({ org, address }) =>
    line`Vous recevez ce message, car ${org} a revendiqué le compte dont l’adresse est ${address}.`,
  linkAsText: line`Si le bouton ne fonctionne pas, ouvrez cette adresse dans votre navigateur :`,

  claim: {
    claimed: ({ org, address, domain, createdAt }) =>
      line`Le ${createdAt}, ${org} a revendiqué le compte dont l’adresse est ${address}. C’est possible, car ${org} a prouvé être propriétaire du domaine ${domain}.`,
    situation: {
      direct: ({ org }) =>
        line`Vous avez maintenant chez ${org} un nouveau compte avec cette adresse. Votre ancien compte existe toujours avec tout ce qu’il contient, mais sans cette adresse. C’est à vous de décider ce qu’il devient.`,
      delayed: ({ org, endsAt }) =>
        line`Jusqu’au ${endsAt}, c’est à vous de décider ce que devient ce compte, votre ancien compte. Si vous ne choisissez rien, tout ce qu’il contient est alors transféré vers votre nouveau compte chez ${org}.`,
    },
    situationWithoutOld: ({ org }) =>
      line`Vous avez maintenant chez ${org} un nouveau compte avec cette adresse, et vous pouvez l’utiliser tout de suite. Le compte que vous aviez jusqu’ici n’existe plus.`,
    optionTitle: {
      change_email: () => line`Garder votre ancien compte, avec une autre adresse`,
      transfer_content: ({ org }) => line`Tout transférer vers votre compte chez ${org}`,
      delete_original: () => line`Supprimer votre ancien compte`,
    },
    optionEffect: {
      direct: {
        change_email: ({ org }) =>
          line`Vous donnez à votre ancien compte une adresse privée, qui n’est pas une adresse de ${org}. Il conserve toutes vos conversations, tous vos messages et tous vos fichiers.`,
        transfer_content: ({ org }) =>
          line`Toutes vos conversations sont transférées vers votre compte chez ${org}, avec leurs messages et leurs fichiers. ${org} décide de leur durée de conservation, à compter de leur dernière activité. Votre ancien compte est ensuite supprimé.`,
        delete_original: () =>
          line`Votre ancien compte est supprimé avec toutes ses conversations, tous ses messages et tous ses fichiers. C’est irréversible.`,
      },
      delayed: {
        change_email: ({ org }) =>
          line`Vous donnez à votre ancien compte une adresse privée, qui n’est pas une adresse de ${org}. Il conserve toutes vos conversations, tous vos messages et tous vos fichiers ; votre compte chez ${org} est vide au départ.`,
        transfer_content: ({ org }) =>
          line`Toutes vos conversations sont transférées tout de suite vers votre compte chez ${org}, avec leurs messages et leurs fichiers. ${org} décide de leur durée de conservation, à compter de leur dernière activité. Votre ancien compte est ensuite supprimé.`,
        delete_original: ({ org }) =>
          line`Votre ancien compte est supprimé avec toutes ses conversations, tous ses messages et tous ses fichiers. C’est irréversible. Votre compte chez ${org} est vide au départ.`,
      },
    },
    once: line`Vous ne pouvez choisir qu’une fois.`,
    paid: line`Vous ne pouvez pas supprimer votre ancien compte ici, parce que c’est un compte payant.`,
    nothingToChoose: line`Vous n’avez rien à choisir.`,
    lossHeading: line`Vos conversations ne seront pas transférées`,
    lossReason: {
      migration_off: ({ org }) =>
        line`Chez ${org}, il n’est pas prévu d’emporter ses conversations dans le nouveau compte.`,
      chosen_direct: ({ org }) =>
        line`${org} a choisi de vous donner le nouveau compte tout de suite, sans y transférer vos conversations.`,
      enterprise_source: () =>
        line`Votre ancien compte appartient à une autre organisation, et les conversations ne peuvent pas en sortir.`,
      created_after_cutoff: () =>
        line`L’espace où se trouve votre ancien compte a été créé trop récemment pour que des conversations puissent en être transférées.`,
      other_region: ({ org }) =>
        line`Votre ancien compte est conservé dans une région différente de celle des comptes chez ${org}, et les conversations ne peuvent pas passer d’une région à l’autre.`,
      source_deleted: () =>
        line`L’organisation dont faisait partie votre ancien compte a été supprimée, et votre ancien compte avec elle.`,
    },
    lossStaysBehind: () =>
      line`Vos conversations, avec leurs messages et leurs fichiers, restent donc dans votre ancien compte. S’il est supprimé, elles sont définitivement perdues.`,
    lossGone: () =>
      line`Les conversations qu’il contenait sont donc perdues, avec leurs messages et leurs fichiers.`,
    idleHeading: line`Si vous ne faites rien`,
    idle: {
      direct: () =>
        line`Rien n’est supprimé et rien n’est transféré. Nous vous poserons la même question à votre prochaine connexion. Tant que vous n’avez pas choisi, personne ne peut modifier ni supprimer votre ancien compte.`,
      delayed: ({ org, endsAt }) =>
        line`Le ${endsAt}, tout est transféré chez ${org} ; aucune conversation n’est perdue. Si cela vous convient, vous n’avez rien à faire. Si vous vous connectez avant, nous vous demanderons d’abord de choisir.`,
    },
    mistakeHeading: line`Est-ce une erreur ?`,
    mistake: ({ org, endsAt }) =>
      line`Parlez-en avec ${org} avant de choisir ou de vous connecter. Jusqu’au ${endsAt}, ${org} peut annuler la revendication, mais seulement tant que vous n’avez fait ni l’un ni l’autre.`,
    mistakeWithoutChoice: ({ org }) => line`Contactez ${org}.`,
  },

  decision: decisionsFr,

  claimMail: {
    subject: {
      direct: ({ org }) => line`${org} a revendiqué votre compte : choisissez ce que devient l’ancien`,
      delayed: ({ org, endsOn }) =>
        line`${org} revendique votre compte : choisissez au plus tard le ${endsOn}`,
    },
    subjectWithoutChoice: ({ org }) => line`${org} a revendiqué votre compte`,
    heading: {
      direct: ({ org }) => line`${org} a revendiqué votre compte`,
      delayed: ({ org }) => line`${org} revendique votre compte`,
    },
    choiceHeading: line`Ce que vous pouvez choisir`,
    button: line`Faire mon choix`,
    opensPage: line`Le bouton ouvre une page qui explique chaque option. L’ouvrir ne vous engage à rien.`,
    resentSubject: (subject) => line`Nouvel envoi : ${subject}`,
    resent: ({ org }) => line`${org} nous a demandé de vous envoyer ce message une nouvelle fois.`,
  },

  reminder: {
    daysLeft: (count) =>
      count < 1 ? 'Il reste moins d’un jour' : count === 1 ? 'Il reste 1 jour' : `Il reste ${count} jours`,
    subject: ({ org, daysLeft, endsOn }) =>
      line`${daysLeft} : votre compte est transféré chez ${org} le ${endsOn}`,
    heading: ({ org, daysLeft }) => line`${daysLeft} avant le transfert de votre compte chez ${org}`,
    lead: ({ org, endsAt }) =>
      line`Vous n’avez pas encore choisi ce que doit devenir ce compte, votre ancien compte. Vous le pouvez jusqu’au ${endsAt} ; ensuite, tout est transféré vers votre nouveau compte chez ${org}.`,
  },

  revoked: {
    subject: ({ org }) => line`${org} a annulé la revendication de votre compte`,
    heading: ({ org }) => line`${org} a annulé la revendication de votre compte`,
    lead: ({ org, address, createdAt, revokedAt }) =>
      line`Le ${createdAt}, ${org} a revendiqué le compte dont l’adresse est ${address}. Le ${revokedAt}, cette revendication a été annulée.`,
    meansHeading: line`Ce que cela signifie pour vous`,
    means: ({ org }) =>
      line`Votre compte est tel qu’il était auparavant : avec son adresse, ses licences et toutes vos conversations, tous vos messages et tous vos fichiers. Rien n’a été transféré et rien ne le sera. Le compte prévu pour vous chez ${org} n’existe plus, et les liens de nos messages précédents ne fonctionnent plus.`,
    idle: ({ address }) => line`Vous n’avez rien à faire. Connectez-vous avec ${address}, comme avant.`,
  },

  migrated: {
    subject: ({ org }) => line`Vos conversations sont maintenant dans votre compte chez ${org}`,
    heading: ({ org }) => line`Le transfert vers ${org} est terminé`,
    lead: {
      user: ({ org, address, completedAt }) =>
        line`Vous avez choisi de tout transférer du compte dont l’adresse est ${address} vers votre compte chez ${org}. C’est terminé depuis le ${completedAt}.`,
      schedule: ({ org, address, completedAt }) =>
        line`${org} avait revendiqué le compte dont l’adresse est ${address}, et le délai pour choisir était écoulé. Comme annoncé, tout a donc été transféré vers votre compte chez ${org}. C’est terminé depuis le ${completedAt}.`,
    },
    moved: ({ count, number }) => {
      if (count === 0) return line`Il n’y avait aucune conversation à transférer.`
      if (count === 1)
        return line`${number} conversation a été transférée, avec ses messages et ses fichiers.`
      return line`${number} conversations ont été transférées, avec leurs messages et leurs fichiers.`
    },
    oldAccount: line`Votre ancien compte ne contenait plus rien et a été supprimé.`,
    retentionHeading: line`Combien de temps les conversations sont conservées`,
    retention: ({ org, days, number }) =>
      days === 1
        ? line`${org} conserve une conversation pendant ${number} jour après sa dernière activité. Ensuite, elle est supprimée.`
        : line`${org} conserve une conversation pendant ${number} jours après sa dernière activité. Ensuite, elle est supprimée.`,
    retentionUnlimited: ({ org }) =>
      line`Pour le moment, ${org} conserve les conversations sans limite de durée.`,
    idle: ({ org, address }) =>
      line`Vous n’avez rien à faire. Désormais, ${address} est l’adresse de votre compte chez ${org}.`,
  },

  inactive: {
    users: ({ count, number }) => (count === 1 ? line`${number} personne` : line`${number} personnes`),
    subject: ({ org, number, count, removedOn }) =>
      count === 1
        ? line`${org} : ${number} compte désactivé, suppression à partir du ${removedOn}`
        : line`${org} : ${number} comptes désactivés, suppression à partir du ${removedOn}`,
    heading: ({ org }) => line`Des comptes chez ${org} ont été désactivés`,
    lead: ({ org, users, count }) =>
      count === 1
        ? line`Les comptes chez ${org} ont été comparés avec son annuaire. ${users} n’y figurait pas ; son compte a été désactivé. Avec un compte désactivé, on ne peut plus se connecter.`
        : line`Les comptes chez ${org} ont été comparés avec son annuaire. ${users} n’y figuraient pas ; leurs comptes ont été désactivés. Avec un compte désactivé, on ne peut plus se connecter.`,
    inDays: (count) =>
      count < 1 ? 'Dans moins d’un jour' : count === 1 ? 'Dans 1 jour' : `Dans ${count} jours`,
    warningSubject: ({ org, number, count, inDays }) =>
      count === 1
        ? line`${inDays}, ${number} compte sera supprimé chez ${org}`
        : line`${inDays}, ${number} comptes seront supprimés chez ${org}`,
    warningHeading: ({ org, inDays }) => line`${inDays}, des comptes seront supprimés chez ${org}`,
    warningLead: ({ org, users, count }) =>
      count === 1
        ? line`Chez ${org}, ${users} manquait dans l’annuaire ; son compte est toujours désactivé.`
        : line`Chez ${org}, ${users} manquaient dans l’annuaire ; leurs comptes sont toujours désactivés.`,
    next: ({ removedFrom }) =>
      line`À partir du ${removedFrom}, les comptes désactivés seront supprimés avec toutes leurs conversations, tous leurs messages et tous leurs fichiers. Après cela, personne ne pourra les récupérer.`,
    namedHeading: line`De qui il s’agit`,
    more: ({ count, number }) =>
      count === 1
        ? line`Et ${number} autre personne, qui n’est pas nommée ici.`
        : line`Et ${number} autres personnes, qui ne sont pas nommées ici.`,
    mistakeHeading: line`Est-ce une erreur ?`,
    mistake: ({ org }) =>
      line`Remettez alors ces personnes dans l’annuaire chez ${org} et synchronisez-le avant ce moment. Celles qui y figurent de nouveau retrouvent leur compte tel qu’il était, avec tout ce qu’il contient.`,
    idle: line`Si elles sont parties, vous n’avez rien à faire.`,
  },

  returned: {
    subject: ({ org, count, number }) =>
      count === 1
        ? line`${org} : ${number} message de revendication n’a pas pu être remis`
        : line`${org} : ${number} messages de revendication n’ont pas pu être remis`,
    heading: ({ org }) => line`Des messages de revendication de ${org} n’ont pas pu être remis`,
    lead: ({ org, count, number }) =>
      count === 1
        ? line`${number} personne dont ${org} a revendiqué le compte n’a pas été jointe : le message est revenu ou a été signalé comme indésirable.`
        : line`${number} personnes dont ${org} a revendiqué le compte n’ont pas été jointes : les messages sont revenus ou ont été signalés comme indésirables.`,
    next: line`Plus rien n’est envoyé à ces adresses. Les revendications suivent leur cours.`,
    remedyHeading: line`Ce que vous pouvez faire`,
    remedy: line`Prévenez ces personnes vous-même. Si une adresse fonctionne de nouveau, indiquez-le dans la revendication ; le message pourra ensuite être renvoyé.`,
    button: line`Voir ces revendications`,
  },

  imported: {
    subject: ({ file, claimed, refused }) =>
      line`Importation de ${file} terminée : ${claimed} comptes revendiqués, ${refused} lignes refusées`,
    heading: ({ file }) => line`L’importation de ${file} est terminée`,
    lead: ({ file, org }) => line`Le fichier ${file}, envoyé pour ${org}, a été traité entièrement.`,
    cancelledSubject: ({ file, claimed, refused }) =>
      line`Importation de ${file} annulée : ${claimed} comptes revendiqués, ${refused} lignes refusées`,
    cancelledHeading: ({ file }) => line`L’importation de ${file} a été annulée`,
    cancelledLead: ({ file, org }) =>
      line`L’importation du fichier ${file}, envoyé pour ${org}, a été annulée. Les lignes qui n’avaient pas encore été traitées comptent comme refusées ; les comptes déjà revendiqués le restent.`,
    counts: {
      rowsRead: line`Lignes lues`,
      claimed: line`Comptes revendiqués`,
      refused: line`Lignes refusées`,
      unchanged: line`Sans changement`,
    },
    informed: line`Chaque personne dont le compte a été revendiqué reçoit un message qui explique ce qui se passe et ce qu’elle peut choisir.`,
    ignored: ({ columns }) =>
      line`Ces colonnes du fichier n’ont pas été reconnues et n’ont donc pas été lues : ${columns}.`,
    lossHeading: line`Contenu perdu`,
    lossLead: ({ count, number }) =>
      count === 1
        ? line`${number} compte a été revendiqué sans son contenu. Celui-ci reste dans l’ancien compte et sera perdu lorsque ce compte sera supprimé.`
        : line`${number} comptes ont été revendiqués sans leur contenu. Celui-ci reste dans les anciens comptes et sera perdu lorsque ces comptes seront supprimés.`,
    loss: {
      migration_off: ({ number }) =>
        line`${number} : votre organisation ne permet pas d’emporter les conversations`,
      chosen_direct: ({ number }) => line`${number} : une revendication directe a été demandée`,
      enterprise_source: ({ number }) => line`${number} : le compte appartenait à une autre organisation`,
      created_after_cutoff: ({ number }) => line`${number} : l’organisation du compte est trop récente`,
      other_region: ({ number }) => line`${number} : le compte est conservé dans une autre région`,
      source_deleted: ({ number }) => line`${number} : l’organisation du compte a été supprimée`,
    },
    reportHeading: line`Le rapport`,
    reportHas: line`Le rapport contient chaque ligne de votre fichier et ce qu’elle est devenue.`,
    reportToCorrect: line`Corrigez-y les lignes refusées, et vous pourrez envoyer le rapport tel quel.`,
    reportComplete: line`Il n’y a rien à corriger.`,
    reportWithLoss: line`Il indique aussi les comptes dont le contenu est perdu.`,
    reportOfCancelled: line`Pour traiter les lignes restantes, envoyez le rapport tel quel.`,
    reportButton: line`Télécharger le rapport`,
    reportEnds: ({ reportEndsAt }) => line`Le lien fonctionne jusqu’au ${reportEndsAt}.`,
    failedSubject: ({ file }) => line`Échec de l’importation de ${file} : aucun compte revendiqué`,
    failedHeading: ({ file }) => line`L’importation de ${file} a échoué`,
    failedLead: ({ file, org }) =>
      line`Le fichier ${file}, envoyé pour ${org}, n’a pas pu être lu comme une liste d’utilisateurs. Il a été refusé en entier : aucun compte n’a été revendiqué.`,
    failedReason: line`Ce qui ne va pas`,
    failedNext: line`Corrigez le fichier et envoyez-le de nouveau.`,
    why: ({ org }) => line`Vous recevez ce message parce que vous administrez ${org}.`,
  },
}
