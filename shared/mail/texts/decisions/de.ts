import { line } from '../../line.ts'
import type { DecisionTexts } from './types.ts'

export const decisionsDe: DecisionTexts = {
  heading: {
    change_email: line`Ihr altes Konto bleibt bestehen`,
    transfer_content: line`Ihre Unterhaltungen werden übertragen`,
    delete_original: line`Ihr altes Konto wird gelöscht`,
  },
  next: {
    change_email: ({ org, address, newEmail }) =>
      newEmail === undefined
        ? line`Sie haben für Ihr altes Konto eine andere Adresse gewählt. Melden Sie sich dort ab jetzt mit dieser Adresse an. Die Adresse ${address} gehört zu Ihrem Konto bei ${org}.`
        : line`Ihr altes Konto hat jetzt die Adresse ${newEmail}. Melden Sie sich dort ab jetzt mit dieser Adresse an. Die Adresse ${address} gehört zu Ihrem Konto bei ${org}.`,
    transfer_content: ({ org, address }) =>
      line`Alle Ihre Unterhaltungen werden mit Nachrichten und Dateien in Ihr Konto bei ${org} übertragen. Das kann eine Weile dauern. Sobald es fertig ist, senden wir eine E-Mail an ${address} und entfernen Ihr altes Konto.`,
    delete_original: ({ org, address }) =>
      line`Ihr altes Konto wird mit allen Unterhaltungen, Nachrichten und Dateien gelöscht. Die Adresse ${address} gehört zu Ihrem Konto bei ${org}.`,
  },
  acknowledged: {
    subject: {
      change_email: ({ org }) => line`${org}: Ihr altes Konto bleibt bestehen`,
      transfer_content: ({ org }) => line`${org}: Alles wird in Ihr Konto dort übertragen`,
      delete_original: ({ org }) => line`${org}: Ihr altes Konto wird gelöscht`,
    },
    lead: ({ address, at }) =>
      line`Am ${at} haben Sie gewählt, was mit Ihrem alten Konto geschieht, das die Adresse ${address} hatte:`,
    notYouHeading: line`Waren Sie das nicht?`,
    notYou: ({ org }) => line`Dann wenden Sie sich bitte sofort an ${org}.`,
  },
  confirmation: {
    subject: ({ org }) => line`${org} hat Ihr Konto übernommen: Bestätigen Sie Ihre neue Adresse`,
    heading: line`Bestätigen Sie Ihre neue E-Mail-Adresse`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} hat das Konto ${masked} übernommen. Wem es gehörte, möchte das alte Konto behalten und ihm die Adresse ${newEmail} geben. Sind Sie das? Dann bestätigen Sie bitte, dass diese Adresse Ihre ist.`,
    effect: ({ newEmail }) =>
      line`Ihr altes Konto bleibt mit allen Unterhaltungen, Nachrichten und Dateien bestehen. Von da an melden Sie sich dort mit ${newEmail} an.`,
    button: line`Adresse bestätigen`,
    opensPage: line`Die Schaltfläche öffnet eine Seite, die die Adresse zeigt. Erst wenn Sie dort bestätigen, ändert sich etwas.`,
    until: ({ expiresAt }) => line`Der Link funktioniert bis zum ${expiresAt}.`,
    notYou: line`Haben Sie nicht darum gebeten? Dann tun Sie nichts, und es ändert sich nichts.`,
    why: ({ org }) =>
      line`Sie erhalten diese E-Mail, weil jemand diese Adresse für ein Konto angegeben hat, das ${org} übernommen hat.`,
  },
  confirmed: {
    subject: ({ org }) => line`${org}: Ihr altes Konto hat jetzt diese Adresse`,
    why: line`Sie erhalten diese E-Mail, weil Sie diese Adresse für Ihr altes Konto bestätigt haben.`,
  },
}
