import { line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const de: PageTexts = {
  choose: {
    heading: {
      direct: line`Wählen Sie, was mit Ihrem alten Konto geschieht`,
      delayed: line`Wählen Sie, was mit Ihrem Konto geschieht`,
    },
    legend: line`Was soll mit Ihrem alten Konto geschehen?`,
    newEmail: line`Neue E-Mail-Adresse für Ihr altes Konto`,
    newEmailHint: ({ org }) =>
      line`Eine Adresse, die nur Sie nutzen und die nicht auf einer Domain von ${org} liegt.`,
    submit: line`Auswahl bestätigen`,
    noPassword: line`Diese Seite fragt nicht nach Ihrem Passwort. Geben Sie es nie auf einer Seite ein, zu der Sie eine Mail geführt hat.`,
  },
  problem: {
    heading: line`Etwas stimmt noch nicht`,
    inTitle: (title) => line`Problem: ${title}`,
    of: {
      decision_required: () => line`Bitte wählen Sie eine der Möglichkeiten.`,
      decision_not_offered: () =>
        line`Diese Möglichkeit gibt es für Ihr Konto nicht. Bitte wählen Sie eine der hier gezeigten.`,
      new_email_required: () => line`Bitte geben Sie die neue Adresse für Ihr altes Konto ein.`,
      invalid_address: () =>
        line`Das ist keine gültige E-Mail-Adresse. Sie sollte so aussehen: name@domain.example.`,
      email_taken: () => line`Mit dieser Adresse gibt es schon ein Konto. Bitte wählen Sie eine andere.`,
      email_on_claimed_domain: ({ org }) =>
        line`Diese Adresse liegt auf einer Domain von ${org}. Bitte wählen Sie eine andere.`,
      busy: () =>
        line`Ihr Konto wurde im selben Moment geändert, und es ist noch nichts entschieden. Bitte versuchen Sie es noch einmal.`,
    },
  },
  confirm: {
    heading: line`Altes Konto endgültig löschen?`,
    lead: ({ org, address }) =>
      line`Sie sind dabei, das Konto zu löschen, das Sie mit der Adresse ${address} hatten, bevor ${org} es beanspruchte.`,
    submit: line`Ja, endgültig löschen`,
    back: line`Nein, zurück zur Auswahl`,
  },
  decided: {
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
        line`Alle Ihre Unterhaltungen kommen mit Nachrichten und Dateien in Ihr Konto bei ${org}. Das kann eine Weile dauern. Wenn es fertig ist, senden wir eine Mail an ${address}, und Ihr altes Konto wird entfernt.`,
      delete_original: ({ org, address }) =>
        line`Ihr altes Konto wird mit allen Unterhaltungen, Nachrichten und Dateien gelöscht. Die Adresse ${address} gehört zu Ihrem Konto bei ${org}.`,
    },
    close: line`Sie brauchen nichts weiter zu tun und können diese Seite schließen.`,
  },
  already: {
    heading: line`Das ist schon entschieden`,
    by: {
      user: ({ at }) => line`Sie haben am ${at} gewählt:`,
      schedule: ({ at }) =>
        line`Die Zeit, in der Sie wählen konnten, war am ${at} vorbei. Deshalb geschah, wie angekündigt, dies:`,
    },
    stands: line`Die Wahl lässt sich nicht mehr ändern.`,
  },
  gone: {
    heading: line`Dieser Link funktioniert nicht`,
    text: line`Er ist abgelaufen, oder es hat ihn nie gegeben. Prüfen Sie, ob Sie die ganze Adresse aus Ihrer Mail geöffnet haben.`,
  },
}
