import { frenchLine as line } from '../../line.ts'
import type { DecisionTexts } from './types.ts'

export const decisionsFr: DecisionTexts = {
  heading: {
    change_email: line`Votre ancien compte est conservé`,
    transfer_content: line`Vos conversations sont en cours de transfert`,
    delete_original: line`Votre ancien compte est en cours de suppression`,
  },
  next: {
    change_email: ({ org, address, newEmail }) =>
      newEmail === undefined
        ? line`Vous avez choisi une autre adresse pour votre ancien compte. Utilisez désormais cette adresse pour vous y connecter. L’adresse ${address} est celle de votre compte chez ${org}.`
        : line`Votre ancien compte a maintenant l’adresse ${newEmail}. Utilisez désormais cette adresse pour vous y connecter. L’adresse ${address} est celle de votre compte chez ${org}.`,
    transfer_content: ({ org, address }) =>
      line`Toutes vos conversations sont transférées dans votre compte chez ${org}, avec leurs messages et leurs fichiers. Cela peut prendre un moment. Quand ce sera terminé, nous enverrons un e-mail à ${address} et votre ancien compte sera supprimé.`,
    delete_original: ({ org, address }) =>
      line`Votre ancien compte est en cours de suppression, avec toutes ses conversations, tous ses messages et tous ses fichiers. L’adresse ${address} est celle de votre compte chez ${org}.`,
  },
  acknowledged: {
    subject: {
      change_email: ({ org }) => line`${org} : vous gardez votre ancien compte`,
      transfer_content: ({ org }) => line`${org} : tout est transféré vers votre compte`,
      delete_original: ({ org }) => line`${org} : votre ancien compte est supprimé`,
    },
    lead: ({ address, at }) =>
      line`Le ${at}, vous avez choisi ce que devient votre ancien compte, qui avait l’adresse ${address} :`,
    notYouHeading: line`Ce n’était pas vous ?`,
    notYou: ({ org }) => line`Contactez tout de suite ${org}.`,
  },
  confirmation: {
    subject: ({ org }) => line`${org} a revendiqué votre compte : confirmez votre nouvelle adresse`,
    heading: line`Confirmez votre nouvelle adresse e-mail`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} a revendiqué le compte ${masked}. La personne à qui il appartient veut garder l’ancien compte et lui donner l’adresse ${newEmail}. Si c’est vous, confirmez que cette adresse est la vôtre.`,
    effect: ({ newEmail }) =>
      line`Votre ancien compte est conservé, avec toutes ses conversations, tous ses messages et tous ses fichiers. Vous vous y connecterez ensuite avec ${newEmail}.`,
    button: line`Confirmer l’adresse`,
    opensPage: line`Le bouton ouvre une page qui affiche l’adresse. Rien ne change tant que vous n’y avez pas confirmé.`,
    until: ({ expiresAt }) => line`Le lien fonctionne jusqu’au ${expiresAt}.`,
    notYou: line`Vous n’avez rien demandé ? Ne faites rien : rien ne changera.`,
    why: ({ org }) =>
      line`Vous recevez ce message, car quelqu’un a indiqué cette adresse pour un compte que ${org} a revendiqué.`,
  },
  confirmed: {
    subject: ({ org }) => line`${org} : votre ancien compte a maintenant cette adresse`,
    why: line`Vous recevez ce message parce que vous avez confirmé cette adresse pour votre ancien compte.`,
  },
}
