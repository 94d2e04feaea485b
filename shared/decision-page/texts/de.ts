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
      line`Eine private Adresse, also keine von ${org}. Wir senden einen Link dorthin, mit dem Sie sie bestätigen.`,
    submit: line`Auswahl bestätigen`,
    noPassword: line`Diese Seite fragt nicht nach Ihrem Passwort. Geben Sie es nie auf einer Seite ein, die Sie über eine E-Mail geöffnet haben.`,
  },
  problem: {
    heading: line`Etwas stimmt noch nicht`,
    inTitle: (title) => line`Problem: ${title}`,
    of: {
      decision_required: () => line`Bitte wählen Sie eine der Möglichkeiten.`,
      decision_not_offered: () =>
        line`Diese Möglichkeit gibt es für Ihr Konto nicht. Bitte wählen Sie eine der hier gezeigten.`,
      new_email_required: () => line`Bitte geben Sie die neue Adresse für Ihr altes Konto ein.`,
      invalid_address: () => line`Das ist keine gültige E-Mail-Adresse. Beispiel: name@domain.example.`,
      unmailable_address: () =>
        line`An diese Adresse kann keine E-Mail gesendet werden: Vor dem @ stehen andere Buchstaben als a bis z, etwa é oder ü. Bitte wählen Sie eine andere.`,
      email_taken: () => line`Mit dieser Adresse gibt es schon ein Konto. Bitte wählen Sie eine andere.`,
      email_on_claimed_domain: ({ org }) =>
        line`Diese Adresse liegt auf einer Domain von ${org}. Bitte wählen Sie eine andere.`,
      mail_bounced: () =>
        line`An dieser Adresse kommt keine E-Mail von uns an: Frühere kamen zurück oder waren nicht erwünscht. Bitte wählen Sie eine andere Adresse.`,
      too_many_confirmations: () =>
        line`Wir haben innerhalb von 24 Stunden schon fünf E-Mails zur Bestätigung gesendet. Bitte versuchen Sie es morgen noch einmal, oder wählen Sie etwas anderes.`,
      busy: () =>
        line`Ihr Konto wurde im selben Moment geändert, und es ist noch nichts entschieden. Bitte versuchen Sie es noch einmal.`,
    },
  },
  confirm: {
    heading: line`Altes Konto endgültig löschen?`,
    lead: ({ org, address }) =>
      line`Sie sind dabei, das Konto zu löschen, das Sie mit der Adresse ${address} hatten, bevor ${org} es übernahm.`,
    submit: line`Ja, endgültig löschen`,
    back: line`Nein, zurück zur Auswahl`,
  },
  pending: {
    heading: line`Eine neue Adresse wartet auf Bestätigung`,
    text: ({ expiresAt }) =>
      line`Wir haben eine E-Mail mit einem Link an die neue Adresse gesendet. Der Link funktioniert bis zum ${expiresAt}. Solange er nicht geöffnet und bestätigt ist, ist nichts entschieden, und Sie können noch einmal wählen.`,
  },
  sent: {
    heading: line`Bestätigen Sie die Adresse über unsere E-Mail`,
    text: ({ newEmail, expiresAt }) =>
      line`Wir haben eine E-Mail an ${newEmail} gesendet. Öffnen Sie den Link darin, und bestätigen Sie die Adresse vor dem ${expiresAt}. Bis dahin ist nichts entschieden.`,
    notArrived: line`Ist nichts angekommen? Sehen Sie im Spam-Ordner nach, und prüfen Sie die Adresse oben. Sie können noch einmal wählen: eine andere Adresse oder etwas anderes.`,
    again: line`Noch einmal wählen`,
  },
  confirmEmail: {
    heading: line`Ist das Ihre Adresse?`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} hat das Konto ${masked} übernommen. Für das alte Konto wurde die Adresse ${newEmail} angegeben, damit es bestehen bleibt.`,
    effect: line`Wenn Sie bestätigen, bekommt das alte Konto diese Adresse und behält alle Unterhaltungen, Nachrichten und Dateien. Danach lässt sich das nicht mehr ändern.`,
    until: ({ expiresAt }) => line`Bestätigen können Sie bis zum ${expiresAt}.`,
    submit: line`Ja, das ist meine Adresse`,
    notYou: line`Haben Sie nicht darum gebeten? Dann schließen Sie diese Seite, und es ändert sich nichts.`,
    another: line`Um eine andere Adresse zu wählen, nutzen Sie den Link in der E-Mail an Ihre alte Adresse.`,
    gone: {
      heading: line`Dieser Link funktioniert nicht`,
      text: line`Er ist abgelaufen, wurde durch einen neueren ersetzt oder hat nie existiert. Dadurch hat sich nichts geändert. Um noch einmal zu wählen, nutzen Sie den Link in der E-Mail an Ihre alte Adresse.`,
    },
  },
  decided: {
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
    text: line`Der Link ist abgelaufen oder hat nie existiert. Prüfen Sie, ob Sie den ganzen Link geöffnet haben.`,
  },
}
