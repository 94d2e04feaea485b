import { line } from '../line.ts'
import { decisionsDe } from './decisions/de.ts'
import type { MailTexts } from './types.ts'

export const de: MailTexts = {
  greeting: (firstName) => (firstName === undefined ? line`Guten Tag,` : line`Guten Tag ${firstName},`),
  unnamedOrganization: 'Ihre Organisation',
  instant: (date, time, zone) => `${date} um ${time} Uhr (${zone})`,
  sender: {
    sentFor: ({ product, org }) => line`${product} sendet Ihnen diese E-Mail im Auftrag von ${org}.`,
    ask: ({ org, contact }) => line`Fragen? Wenden Sie sich an ${org}: ${contact}`,
    help: ({ product, support }) => line`Hilfe zu ${product}: ${support}`,
    doubtHeading: line`Sind Sie unsicher, ob diese E-Mail echt ist?`,
    doubt: ({ product, org, host }) =>
      line`Dann nutzen Sie den Link nicht. Fragen Sie bei ${org} nach, oder öffnen Sie ${product} wie gewohnt: Wenn Sie sich dort anmelden, erhalten Sie dieselbe Frage. Der Link in dieser E-Mail führt zu ${host}.`,
  },
  noPassword: line`Wir fragen Sie nie per E-Mail nach Ihrem Passwort. Falls eine E-Mail das doch tut, stammt sie nicht von uns.`,
  noPasswordByLink: line`Wir fragen Sie nie per E-Mail nach Ihrem Passwort, und auch die Seite hinter dem Link fragt nicht danach.`,
  whyThisMail: ({ org, address }) =>
    line`Sie erhalten diese E-Mail, weil ${org} das Konto mit der Adresse ${address} übernommen hat.`,
  linkAsText: line`Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse im Browser:`,

  claim: {
    claimed: ({ org, address, domain, createdAt }) =>
      line`Am ${createdAt} hat ${org} das Konto mit der Adresse ${address} übernommen. Das ist möglich, weil ${org} nachgewiesen hat, Inhaber der Domain ${domain} zu sein.`,
    situation: {
      direct: ({ org }) =>
        line`Sie haben jetzt bei ${org} ein neues Konto mit dieser Adresse. Ihr bisheriges Konto besteht mit allen Inhalten weiter, aber ohne diese Adresse. Was mit diesem alten Konto geschieht, entscheiden Sie.`,
      delayed: ({ org, endsAt }) =>
        line`Bis zum ${endsAt} entscheiden Sie, was mit diesem Konto, Ihrem alten Konto, geschieht. Wenn Sie nichts auswählen, wird dann alles in Ihr neues Konto bei ${org} übertragen.`,
    },
    situationWithoutOld: ({ org }) =>
      line`Sie haben jetzt bei ${org} ein neues Konto mit dieser Adresse und können es sofort nutzen. Ihr bisheriges Konto gibt es nicht mehr.`,
    optionTitle: {
      change_email: () => line`Altes Konto mit einer anderen Adresse behalten`,
      transfer_content: ({ org }) => line`Alles in Ihr Konto bei ${org} übertragen`,
      delete_original: () => line`Altes Konto löschen`,
    },
    optionEffect: {
      direct: {
        change_email: ({ org }) =>
          line`Sie geben Ihrem alten Konto eine private Adresse, also keine von ${org}. Es behält alle Unterhaltungen, Nachrichten und Dateien.`,
        transfer_content: ({ org }) =>
          line`Alle Ihre Unterhaltungen werden mit Nachrichten und Dateien in Ihr Konto bei ${org} übertragen. ${org} bestimmt, wie lange sie ab der letzten Aktivität aufbewahrt werden. Danach wird Ihr altes Konto entfernt.`,
        delete_original: () =>
          line`Ihr altes Konto wird mit allen Unterhaltungen, Nachrichten und Dateien gelöscht. Das lässt sich nicht rückgängig machen.`,
      },
      delayed: {
        change_email: ({ org }) =>
          line`Sie geben Ihrem alten Konto eine private Adresse, also keine von ${org}. Es behält alle Unterhaltungen, Nachrichten und Dateien. Zu ${org} wird nichts übertragen: Ihr Konto dort ist zu Beginn leer.`,
        transfer_content: ({ org }) =>
          line`Alle Ihre Unterhaltungen werden sofort mit Nachrichten und Dateien in Ihr Konto bei ${org} übertragen. ${org} bestimmt, wie lange sie ab der letzten Aktivität aufbewahrt werden. Danach wird Ihr altes Konto entfernt.`,
        delete_original: ({ org }) =>
          line`Ihr altes Konto wird mit allen Unterhaltungen, Nachrichten und Dateien gelöscht. Das lässt sich nicht rückgängig machen. Ihr Konto bei ${org} ist zu Beginn leer.`,
      },
    },
    once: line`Sie können nur einmal wählen.`,
    paid: line`Löschen können Sie Ihr altes Konto hier nicht, weil es ein bezahltes Konto ist.`,
    nothingToChoose: line`Für Sie gibt es nichts auszuwählen.`,
    lossHeading: line`Ihre Unterhaltungen kommen nicht mit`,
    lossReason: {
      migration_off: ({ org }) =>
        line`Bei ${org} ist es nicht vorgesehen, Unterhaltungen in das neue Konto mitzunehmen.`,
      chosen_direct: ({ org }) =>
        line`${org} hat sich dafür entschieden, Ihnen das neue Konto sofort zu geben, ohne Ihre Unterhaltungen zu übertragen.`,
      enterprise_source: () =>
        line`Ihr altes Konto gehört zu einer anderen Organisation, und Unterhaltungen können von dort nicht übertragen werden.`,
      created_after_cutoff: () =>
        line`Der Bereich, in dem Ihr altes Konto liegt, besteht noch nicht lange genug, um Unterhaltungen von dort zu übertragen.`,
      other_region: ({ org }) =>
        line`Ihr altes Konto liegt in einer anderen Region als die Konten bei ${org}, und Unterhaltungen können nicht von einer Region in eine andere übertragen werden.`,
      source_deleted: () =>
        line`Die Organisation, zu der Ihr altes Konto gehörte, wurde gelöscht, und mit ihr auch Ihr altes Konto.`,
    },
    lossStaysBehind: () =>
      line`Ihre Unterhaltungen bleiben deshalb mit Nachrichten und Dateien in Ihrem alten Konto. Wird es gelöscht, sind sie endgültig verloren.`,
    lossGone: () => line`Die Unterhaltungen darin sind deshalb mit allen Nachrichten und Dateien verloren.`,
    idleHeading: line`Wenn Sie nichts tun`,
    idle: {
      direct: () =>
        line`Es wird nichts gelöscht und nichts übertragen. Bei Ihrer nächsten Anmeldung fragen wir Sie noch einmal. Bis Sie gewählt haben, kann niemand Ihr altes Konto ändern oder löschen.`,
      delayed: ({ org, endsAt }) =>
        line`Am ${endsAt} wird alles zu ${org} übertragen; keine Unterhaltung geht verloren. Wenn Ihnen das recht ist, brauchen Sie nichts zu tun. Melden Sie sich vorher an, bitten wir Sie, zuerst zu wählen.`,
    },
    mistakeHeading: line`Liegt ein Irrtum vor?`,
    mistake: ({ org, endsAt }) =>
      line`Sprechen Sie mit ${org}, bevor Sie wählen oder sich anmelden. Bis zum ${endsAt} kann ${org} die Übernahme zurückziehen, aber nur, solange Sie keines von beidem getan haben.`,
    mistakeWithoutChoice: ({ org }) => line`Wenden Sie sich an ${org}.`,
  },

  decision: decisionsDe,

  claimMail: {
    subject: {
      direct: ({ org }) => line`${org} hat Ihr Konto übernommen: Was soll mit dem alten geschehen?`,
      delayed: ({ org, endsOn }) => line`${org} übernimmt Ihr Konto: Bitte wählen Sie bis zum ${endsOn}`,
    },
    subjectWithoutChoice: ({ org }) => line`${org} hat Ihr Konto übernommen`,
    heading: {
      direct: ({ org }) => line`${org} hat Ihr Konto übernommen`,
      delayed: ({ org }) => line`${org} übernimmt Ihr Konto`,
    },
    choiceHeading: line`Was Sie wählen können`,
    button: line`Jetzt auswählen`,
    opensPage: line`Die Schaltfläche öffnet eine Seite, die jede Möglichkeit erklärt. Durch das Öffnen ist noch nichts entschieden.`,
    resentSubject: (subject) => line`Erneut gesendet: ${subject}`,
    resent: ({ org }) => line`${org} hat uns gebeten, Ihnen diese E-Mail noch einmal zu senden.`,
  },

  reminder: {
    daysLeft: (count) =>
      count < 1 ? 'Weniger als ein Tag' : count === 1 ? 'Noch 1 Tag' : `Noch ${count} Tage`,
    subject: ({ org, daysLeft, endsOn }) =>
      line`${daysLeft}: Ihr Konto wird am ${endsOn} zu ${org} übertragen`,
    heading: ({ org, daysLeft }) => line`${daysLeft}, bis Ihr Konto zu ${org} übertragen wird`,
    lead: ({ org, endsAt }) =>
      line`Sie haben noch nicht gewählt, was mit diesem Konto, Ihrem alten Konto, geschehen soll. Das können Sie noch bis zum ${endsAt}; dann wird alles in Ihr neues Konto bei ${org} übertragen.`,
  },

  revoked: {
    subject: ({ org }) => line`${org} hat die Übernahme Ihres Kontos zurückgezogen`,
    heading: ({ org }) => line`${org} hat die Übernahme Ihres Kontos zurückgezogen`,
    lead: ({ org, address, createdAt, revokedAt }) =>
      line`Am ${createdAt} hat ${org} das Konto mit der Adresse ${address} übernommen. Am ${revokedAt} wurde das zurückgezogen.`,
    meansHeading: line`Was das für Sie bedeutet`,
    means: ({ org }) =>
      line`Ihr Konto ist wieder so, wie es vorher war: mit seiner Adresse, seinen Lizenzen und allen Unterhaltungen, Nachrichten und Dateien. Es wurde nichts übertragen, und das wird auch nicht geschehen. Das Konto, das ${org} für Sie hatte, gibt es nicht mehr, und die Links in unseren früheren E-Mails funktionieren nicht mehr.`,
    idle: ({ address }) => line`Sie brauchen nichts zu tun. Melden Sie sich wie gewohnt mit ${address} an.`,
  },

  migrated: {
    subject: ({ org }) => line`Ihre Unterhaltungen sind jetzt in Ihrem Konto bei ${org}`,
    heading: ({ org }) => line`Die Übertragung zu ${org} ist abgeschlossen`,
    lead: {
      user: ({ org, address, completedAt }) =>
        line`Sie haben gewählt, alles aus dem Konto mit der Adresse ${address} in Ihr Konto bei ${org} zu übertragen. Das war am ${completedAt} abgeschlossen.`,
      schedule: ({ org, address, completedAt }) =>
        line`${org} hatte das Konto mit der Adresse ${address} übernommen, und die Zeit, in der Sie wählen konnten, war vorbei. Deshalb wurde wie angekündigt alles in Ihr Konto bei ${org} übertragen. Das war am ${completedAt} abgeschlossen.`,
    },
    moved: ({ count, number }) => {
      if (count === 0) return line`Es gab keine Unterhaltungen zu übertragen.`
      if (count === 1) return line`Es wurde ${number} Unterhaltung mit Nachrichten und Dateien übertragen.`
      return line`Es wurden ${number} Unterhaltungen mit Nachrichten und Dateien übertragen.`
    },
    oldAccount: line`In Ihrem alten Konto war nichts mehr; es wurde entfernt.`,
    retentionHeading: line`Wie lange Unterhaltungen aufbewahrt werden`,
    retention: ({ org, days, number }) =>
      days === 1
        ? line`${org} bewahrt eine Unterhaltung nach der letzten Aktivität noch ${number} Tag auf. Danach wird sie gelöscht.`
        : line`${org} bewahrt eine Unterhaltung nach der letzten Aktivität noch ${number} Tage auf. Danach wird sie gelöscht.`,
    retentionUnlimited: ({ org }) =>
      line`Derzeit bewahrt ${org} Unterhaltungen ohne zeitliche Begrenzung auf.`,
    idle: ({ org, address }) =>
      line`Sie brauchen nichts zu tun. Von nun an ist ${address} die Adresse Ihres Kontos bei ${org}.`,
  },

  inactive: {
    users: ({ count, number }) => (count === 1 ? line`${number} Person` : line`${number} Personen`),
    subject: ({ org, number, count, removedOn }) =>
      count === 1
        ? line`${org}: ${number} Konto deaktiviert, Löschung ab dem ${removedOn}`
        : line`${org}: ${number} Konten deaktiviert, Löschung ab dem ${removedOn}`,
    heading: ({ org }) => line`Konten bei ${org} wurden deaktiviert`,
    lead: ({ org, users, count }) =>
      count === 1
        ? line`Die Konten bei ${org} wurden mit dem dortigen Verzeichnis abgeglichen. Darin fehlte ${users}; das Konto wurde deaktiviert. Wessen Konto deaktiviert ist, kann sich nicht mehr anmelden.`
        : line`Die Konten bei ${org} wurden mit dem dortigen Verzeichnis abgeglichen. Darin fehlten ${users}; deren Konten wurden deaktiviert. Wessen Konto deaktiviert ist, kann sich nicht mehr anmelden.`,
    inDays: (count) =>
      count < 1 ? 'In weniger als einem Tag' : count === 1 ? 'In 1 Tag' : `In ${count} Tagen`,
    warningSubject: ({ org, number, count, inDays }) =>
      count === 1
        ? line`${inDays} wird ${number} Konto bei ${org} gelöscht`
        : line`${inDays} werden ${number} Konten bei ${org} gelöscht`,
    warningHeading: ({ org, inDays }) => line`${inDays} werden Konten bei ${org} gelöscht`,
    warningLead: ({ org, users, count }) =>
      count === 1
        ? line`Im Verzeichnis von ${org} fehlte ${users}; das Konto ist noch immer deaktiviert.`
        : line`Im Verzeichnis von ${org} fehlten ${users}; deren Konten sind noch immer deaktiviert.`,
    next: ({ removedFrom }) =>
      line`Ab dem ${removedFrom} werden die deaktivierten Konten mit allen Unterhaltungen, Nachrichten und Dateien entfernt. Danach kann sie niemand mehr zurückholen.`,
    namedHeading: line`Um wen es geht`,
    more: ({ count, number }) =>
      count === 1
        ? line`Und ${number} weitere, die hier nicht genannt ist.`
        : line`Und ${number} weitere, die hier nicht genannt sind.`,
    mistakeHeading: line`Liegt ein Irrtum vor?`,
    mistake: ({ org }) =>
      line`Dann nehmen Sie diese Personen wieder in das Verzeichnis von ${org} auf und gleichen Sie es vorher noch einmal ab. Wer wieder darin steht, bekommt das Konto zurück, wie es war, mit allem darin.`,
    idle: line`Wenn diese Personen ausgeschieden sind, brauchen Sie nichts zu tun.`,
  },

  returned: {
    subject: ({ org, count, number }) =>
      count === 1
        ? line`${org}: ${number} E-Mail zu einer Übernahme kam nicht an`
        : line`${org}: ${number} E-Mails zu Übernahmen kamen nicht an`,
    heading: ({ org }) => line`E-Mails zu Übernahmen durch ${org} kamen nicht an`,
    lead: ({ org, count, number }) =>
      count === 1
        ? line`${number} Person, deren Konto ${org} übernommen hat, wurde nicht erreicht: Die E-Mail kam zurück oder war unerwünscht.`
        : line`${number} Personen, deren Konten ${org} übernommen hat, wurden nicht erreicht: Die E-Mails kamen zurück oder waren unerwünscht.`,
    next: line`An diese Adressen wird nichts mehr gesendet. Die Übernahmen laufen weiter wie geplant.`,
    remedyHeading: line`Was Sie tun können`,
    remedy: line`Informieren Sie diese Personen selbst. Wenn eine Adresse wieder funktioniert, geben Sie das bei der Übernahme an; danach kann die E-Mail erneut gesendet werden.`,
    button: line`Diese Übernahmen anzeigen`,
  },

  imported: {
    subject: ({ file, claimed, refused }) =>
      line`Import von ${file} abgeschlossen: ${claimed} übernommen, ${refused} abgelehnt`,
    heading: ({ file }) => line`Der Import von ${file} ist abgeschlossen`,
    lead: ({ file, org }) =>
      line`Die Datei ${file}, die für ${org} hochgeladen wurde, wurde vollständig verarbeitet.`,
    cancelledSubject: ({ file, claimed, refused }) =>
      line`Import von ${file} abgebrochen: ${claimed} übernommen, ${refused} abgelehnt`,
    cancelledHeading: ({ file }) => line`Der Import von ${file} wurde abgebrochen`,
    cancelledLead: ({ file, org }) =>
      line`Der Import der Datei ${file}, die für ${org} hochgeladen wurde, wurde abgebrochen. Zeilen, die noch nicht an der Reihe waren, zählen als abgelehnt; bereits übernommene Konten bleiben übernommen.`,
    counts: {
      rowsRead: line`Gelesene Zeilen`,
      claimed: line`Übernommen`,
      refused: line`Abgelehnt`,
      unchanged: line`Unverändert`,
    },
    informed: line`Alle Personen, deren Konto übernommen wurde, erhalten eine E-Mail, die erklärt, was geschieht und was sie wählen können.`,
    ignored: ({ columns }) =>
      line`Diese Spalten der Datei wurden nicht erkannt und daher nicht gelesen: ${columns}.`,
    lossHeading: line`Inhalte, die verloren gehen`,
    lossLead: ({ count, number }) =>
      count === 1
        ? line`${number} Konto wurde ohne seine Inhalte übernommen. Sie bleiben im alten Konto und gehen verloren, wenn es gelöscht wird.`
        : line`${number} Konten wurden ohne ihre Inhalte übernommen. Sie bleiben in den alten Konten und gehen verloren, wenn diese gelöscht werden.`,
    loss: {
      migration_off: ({ number }) =>
        line`${number}: bei Ihrer Organisation dürfen Unterhaltungen nicht mitgenommen werden`,
      chosen_direct: ({ number }) => line`${number}: es wurde eine direkte Übernahme verlangt`,
      enterprise_source: ({ number }) => line`${number}: das Konto gehörte einer anderen Organisation`,
      created_after_cutoff: ({ number }) =>
        line`${number}: die Organisation des Kontos besteht noch nicht lange genug`,
      other_region: ({ number }) => line`${number}: das Konto liegt in einer anderen Region`,
      source_deleted: ({ number }) => line`${number}: die Organisation des Kontos wurde gelöscht`,
    },
    reportHeading: line`Der Bericht`,
    reportHas: line`Der Bericht enthält jede Zeile Ihrer Datei und was daraus wurde.`,
    reportToCorrect: line`Korrigieren Sie darin die abgelehnten Zeilen, dann können Sie den Bericht so wieder hochladen.`,
    reportComplete: line`Zu korrigieren gibt es nichts.`,
    reportWithLoss: line`Darin steht auch, wessen Inhalte verloren gehen.`,
    reportOfCancelled: line`Um mit den übrigen Zeilen weiterzumachen, laden Sie den Bericht so wieder hoch.`,
    reportButton: line`Bericht herunterladen`,
    reportEnds: ({ reportEndsAt }) => line`Der Link funktioniert bis zum ${reportEndsAt}.`,
    failedSubject: ({ file }) => line`Import von ${file} fehlgeschlagen: Es wurde kein Konto übernommen`,
    failedHeading: ({ file }) => line`Der Import von ${file} ist fehlgeschlagen`,
    failedLead: ({ file, org }) =>
      line`Die Datei ${file}, die für ${org} hochgeladen wurde, konnte nicht als Liste von Benutzern gelesen werden. Sie wurde als Ganzes abgelehnt: Es wurde kein Konto übernommen.`,
    failedReason: line`Was daran nicht stimmt`,
    failedNext: line`Korrigieren Sie die Datei und laden Sie sie erneut hoch.`,
    why: ({ org }) => line`Sie erhalten diese E-Mail, weil Sie ${org} verwalten.`,
  },
}
