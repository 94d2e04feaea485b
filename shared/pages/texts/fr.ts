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
      line`Une adresse qui n’est qu’à vous, hors des domaines qui appartiennent à ${org}.`,
    submit: line`Confirmer mon choix`,
    noPassword: line`Cette page ne demande pas votre mot de passe. Ne le donnez jamais sur une page où un e-mail vous a conduit.`,
  },
  problem: {
    heading: line`Il y a un problème`,
    inTitle: (title) => line`Problème : ${title}`,
    of: {
      decision_required: () => line`Choisissez une des possibilités.`,
      decision_not_offered: () =>
        line`Cette possibilité n’existe pas pour votre compte. Choisissez une de celles qui sont proposées ici.`,
      new_email_required: () => line`Indiquez la nouvelle adresse de votre ancien compte.`,
      invalid_address: () =>
        line`Cette adresse e-mail n’est pas valable. Elle doit ressembler à nom@domaine.example.`,
      email_taken: () => line`Il existe déjà un compte avec cette adresse. Choisissez-en une autre.`,
      email_on_claimed_domain: ({ org }) =>
        line`Cette adresse est sur un domaine qui appartient à ${org}. Choisissez-en une autre.`,
      busy: () =>
        line`Votre compte était modifié au même moment, et rien n’est encore décidé. Veuillez réessayer.`,
    },
  },
  confirm: {
    heading: line`Supprimer définitivement votre ancien compte ?`,
    lead: ({ org, address }) =>
      line`Vous êtes sur le point de supprimer le compte que vous aviez avec l’adresse ${address} avant que ${org} le revendique.`,
    submit: line`Oui, le supprimer définitivement`,
    back: line`Non, revenir aux possibilités`,
  },
  decided: {
    heading: {
      change_email: line`Votre ancien compte continue`,
      transfer_content: line`Vos conversations sont en cours de transfert`,
      delete_original: line`Votre ancien compte est en cours de suppression`,
    },
    next: {
      change_email: ({ org, address, newEmail }) =>
        newEmail === undefined
          ? line`Vous avez choisi une autre adresse pour votre ancien compte. Connectez-vous-y désormais avec cette adresse. L’adresse ${address} est celle de votre compte chez ${org}.`
          : line`Votre ancien compte a maintenant l’adresse ${newEmail}. Connectez-vous-y désormais avec cette adresse. L’adresse ${address} est celle de votre compte chez ${org}.`,
      transfer_content: ({ org, address }) =>
        line`Toutes vos conversations passent dans votre compte chez ${org}, avec leurs messages et leurs fichiers. Cela peut prendre un moment. Quand ce sera terminé, nous enverrons un e-mail à ${address} et votre ancien compte sera supprimé.`,
      delete_original: ({ org, address }) =>
        line`Votre ancien compte est supprimé avec toutes ses conversations, tous ses messages et tous ses fichiers. L’adresse ${address} est celle de votre compte chez ${org}.`,
    },
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
    text: line`Il a expiré, ou n’a jamais existé. Vérifiez que vous avez ouvert l’adresse entière qui figure dans votre e-mail.`,
  },
}
