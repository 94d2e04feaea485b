import { line } from '../../line.ts'
import type { DecisionTexts } from './types.ts'

export const decisionsNl: DecisionTexts = {
  heading: {
    change_email: line`Je oude account blijft bestaan`,
    transfer_content: line`Je gesprekken worden verhuisd`,
    delete_original: line`Je oude account wordt verwijderd`,
  },
  next: {
    change_email: ({ org, address, newEmail }) =>
      newEmail === undefined
        ? line`Je hebt een ander adres voor je oude account gekozen. Log daar voortaan met dat adres in. Het adres ${address} hoort bij je account bij ${org}.`
        : line`Je oude account heeft nu het adres ${newEmail}. Log daar voortaan met dat adres in. Het adres ${address} hoort bij je account bij ${org}.`,
    transfer_content: ({ org, address }) =>
      line`Al je gesprekken gaan naar je account bij ${org}, met hun berichten en bestanden. Dat kan even duren. Zodra het klaar is, sturen we een mail naar ${address} en verwijderen we je oude account.`,
    delete_original: ({ org, address }) =>
      line`Je oude account wordt verwijderd, met al je gesprekken, berichten en bestanden. Het adres ${address} hoort bij je account bij ${org}.`,
  },
  acknowledged: {
    subject: {
      change_email: ({ org }) => line`${org}: je houdt je oude account`,
      transfer_content: ({ org }) => line`${org}: alles gaat naar je account daar`,
      delete_original: ({ org }) => line`${org}: je oude account wordt verwijderd`,
    },
    lead: ({ address, at }) =>
      line`Op ${at} heb je gekozen wat er gebeurt met je oude account, dat het adres ${address} had:`,
    notYouHeading: line`Was jij dit niet?`,
    notYou: ({ org }) => line`Neem dan meteen contact op met ${org}.`,
  },
  confirmation: {
    subject: ({ org }) => line`${org} heeft je account geclaimd: bevestig je nieuwe adres`,
    heading: line`Bevestig je nieuwe adres`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} heeft het account ${masked} geclaimd. De eigenaar wil het oude account houden, met het adres ${newEmail}. Ben jij dat? Bevestig dan dat dit adres van jou is.`,
    effect: ({ newEmail }) =>
      line`Je oude account blijft bestaan, met alle gesprekken, berichten en bestanden. Vanaf dan log je er in met ${newEmail}.`,
    button: line`Bevestig het adres`,
    opensPage: line`De knop opent een pagina met het adres. Er verandert pas iets als je daar bevestigt.`,
    until: ({ expiresAt }) => line`De link werkt tot ${expiresAt}.`,
    notYou: line`Heb je hier niet om gevraagd? Doe dan niets; er verandert niets.`,
    why: ({ org }) =>
      line`Je krijgt deze mail omdat iemand dit adres heeft ingevuld voor een account dat ${org} heeft geclaimd.`,
  },
  confirmed: {
    subject: ({ org }) => line`${org}: je oude account heeft nu dit adres`,
    why: line`Je krijgt deze mail omdat je dit adres voor je oude account hebt bevestigd.`,
  },
}
