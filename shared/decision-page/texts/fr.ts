import { frenchLine as line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const fr: PageTexts = {
  choose: {
    heading: {
      direct: line`Choisissez ce que devient votre ancien compte`,
      delayed: line`Choisissez ce que devient votre compte`,
    },
    legend: line`Que doit devenir votre ancien compte ?`,
    newEmail: line`Nouvelle adresse e-mail de votre ancien compte`,
    newEmailHint: ({ org }) =>
      line`Une adresse privée, qui n’est pas une adresse de ${org}. Nous y envoyons un lien pour la confirmer.`,
    submit: line`Confirmer mon choix`,
    noPassword: line`Cette page ne demande pas votre mot de passe. Ne le saisissez jamais sur une page ouverte depuis un e-mail.`,
  },
  problem: {
    heading: line`Il y a un problème`,
    inTitle: (title) => line`Problème : ${title}`,
    of: {
      decision_required: () => line`Choisissez une des options.`,
      decision_not_offered: () =>
        line`Cette option n’existe pas pour votre compte. Choisissez une de celles qui sont proposées ici.`,
      new_email_required: () => line`Indiquez la nouvelle adresse de votre ancien compte.`,
      invalid_address: () => line`Cette adresse e-mail n’est pas valable. Par exemple : nom@domaine.example.`,
      unmailable_address: () =>
        line`Aucun message ne peut être envoyé à cette adresse : avant le @, elle contient d’autres lettres que a à z, comme é ou ü. Choisissez-en une autre.`,
      email_taken: () => line`Il existe déjà un compte avec cette adresse. Choisissez-en une autre.`,
      email_on_claimed_domain: ({ org }) =>
        line`Cette adresse est sur un domaine qui appartient à ${org}. Choisissez-en une autre.`,
      mail_bounced: () =>
        line`Nos e-mails n’arrivent pas à cette adresse : les précédents sont revenus, ou n’étaient pas souhaités. Choisissez une autre adresse.`,
      too_many_confirmations: () =>
        line`Nous avons déjà envoyé cinq e-mails de confirmation en 24 heures. Réessayez demain, ou choisissez une autre option.`,
      busy: () =>
        line`Votre compte était en cours de modification, et rien n’est encore décidé. Veuillez réessayer.`,
    },
  },
  confirm: {
    heading: line`Supprimer définitivement votre ancien compte ?`,
    lead: ({ org, address }) =>
      line`Vous êtes sur le point de supprimer le compte que vous aviez avec l’adresse ${address} avant que ${org} le revendique.`,
    submit: line`Oui, le supprimer définitivement`,
    back: line`Non, revenir aux options`,
  },
  pending: {
    heading: line`Une nouvelle adresse attend d’être confirmée`,
    text: ({ expiresAt }) =>
      line`Nous avons envoyé un e-mail avec un lien à la nouvelle adresse. Le lien fonctionne jusqu’au ${expiresAt}. Tant qu’il n’a pas été ouvert et confirmé, rien n’est décidé et vous pouvez encore choisir à nouveau.`,
  },
  sent: {
    heading: line`Confirmez l’adresse grâce à notre e-mail`,
    text: ({ newEmail, expiresAt }) =>
      line`Nous avons envoyé un e-mail à ${newEmail}. Ouvrez le lien qu’il contient et confirmez l’adresse avant le ${expiresAt}. D’ici là, rien n’est décidé.`,
    notArrived: line`Rien n’est arrivé ? Regardez dans vos courriers indésirables et vérifiez l’adresse ci-dessus. Vous pouvez choisir à nouveau : une autre adresse ou une autre option.`,
    again: line`Choisir à nouveau`,
  },
  confirmEmail: {
    heading: line`Cette adresse est-elle la vôtre ?`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} a revendiqué le compte ${masked}. L’adresse ${newEmail} a été indiquée pour l’ancien compte, afin de le conserver.`,
    effect: line`Si vous confirmez, l’ancien compte reçoit cette adresse et garde toutes ses conversations, tous ses messages et tous ses fichiers. Ce choix ne pourra plus être modifié ensuite.`,
    until: ({ expiresAt }) => line`Vous pouvez confirmer jusqu’au ${expiresAt}.`,
    submit: line`Oui, c’est mon adresse`,
    notYou: line`Vous n’avez rien demandé ? Fermez cette page : rien ne changera.`,
    another: line`Pour choisir une autre adresse, utilisez le lien de l’e-mail envoyé à votre ancienne adresse.`,
    gone: {
      heading: line`Ce lien ne fonctionne pas`,
      text: line`Il a expiré, a été remplacé par un plus récent ou n’a jamais existé. Cela n’a rien changé. Pour choisir à nouveau, utilisez le lien de l’e-mail envoyé à votre ancienne adresse.`,
    },
  },
  decided: {
    close: line`Vous n’avez rien d’autre à faire et pouvez fermer cette page.`,
  },
  already: {
    heading: line`La décision est déjà prise`,
    by: {
      user: ({ at }) => line`Vous avez fait votre choix le ${at} :`,
      schedule: ({ at }) =>
        line`Le délai pour choisir était écoulé le ${at}. Comme annoncé, voici donc ce qui a été fait :`,
    },
    stands: line`Le choix ne peut plus être modifié.`,
  },
  gone: {
    heading: line`Ce lien ne fonctionne pas`,
    text: line`Ce lien a expiré ou n’a jamais existé. Vérifiez que vous avez ouvert le lien en entier.`,
  },
}
