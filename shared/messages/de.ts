import type { MessageTexts } from './types.ts'

const quoted = (names: readonly string[]): string => names.map((name) => `„${name}“`).join(', ')

export const de: MessageTexts = {
  refused: {
    unknown_user: 'Es gibt kein Konto mit dieser Adresse.',
    own_user: 'Dieses Konto gehört bereits zu Ihrer Organisation.',
    domain_not_verified:
      'Ihre Organisation hat die Domain dieser Adresse nicht bestätigt. Bestätigen Sie die Domain und importieren Sie die Zeile erneut.',
    unknown_id:
      'Dies ist weder eine E-Mail-Adresse noch die ID eines Kontos, das Ihre Organisation übernehmen darf. Geben Sie die E-Mail-Adresse an.',
    domain_claimed_by_other:
      'Eine andere Organisation hat die Domain dieser Adresse allein für sich eingetragen.',
    source_uses_sso:
      'Die Organisation dieses Kontos verwendet Single Sign-on. Ihre Konten können nicht übernommen werden.',
    source_uses_directory_sync:
      'Die Organisation dieses Kontos synchronisiert ihr Verzeichnis. Ihre Konten können nicht übernommen werden.',
    claim_open: 'Dieses Konto wird bereits übernommen.',
    directory_sync_enabled:
      'Schalten Sie die Verzeichnissynchronisierung Ihrer Organisation aus, solange Sie Konten übernehmen.',
    delayed_not_available:
      'Die Inhalte dieses Kontos können nicht übertragen werden, deshalb ist keine verzögerte Übernahme möglich. Wählen Sie „direct“, um es ohne seine Inhalte zu übernehmen.',
    stale_export:
      'Diese Zeile wurde exportiert, bevor geändert wurde, ob Unterhaltungen mitgenommen werden dürfen. Exportieren Sie die Liste erneut.',
    unmailable_address:
      'An diese Adresse kann keine E-Mail gesendet werden: Vor dem @ stehen andere Buchstaben als a bis z, etwa é oder ü.',
    invalid_address: 'Dies ist keine E-Mail-Adresse, die der Dienst verwenden kann.',
    invalid_text:
      'Der Text enthält ein halbes Zeichen (etwa ein durchtrenntes Emoji) oder ein Steuerzeichen und kann nicht gespeichert werden.',
    busy: 'Dieses Konto wurde im selben Moment von anderen geändert. Es ist nichts geschehen. Importieren Sie die Zeile erneut.',
    unknown_organization: 'Diese Organisation gibt es nicht.',
    cancelled: 'Der Import wurde abgebrochen, bevor diese Zeile an der Reihe war. Es ist nichts geschehen.',
    file_replaced:
      'Die Datei wurde während des Imports ersetzt oder gelöscht. Laden Sie die Zeile erneut hoch.',
  },
  row: {
    noAddress: 'In dieser Zeile steht weder eine Benutzer-ID noch eine E-Mail-Adresse.',
    nothingAsAddress: (text) => `Wo die Benutzer-ID oder die E-Mail-Adresse stehen sollte, steht „${text}“.`,
    secondHeader: 'Dies ist eine weitere Kopfzeile und steht für niemanden. Entfernen Sie sie.',
    neitherAddressNorId: 'Dies ist weder eine E-Mail-Adresse noch eine Benutzer-ID.',
    severalAddresses:
      'Die Zelle enthält mehr als eine E-Mail-Adresse. Geben Sie jeder Adresse eine eigene Zeile.',
    moreThanAddress:
      'Die Zelle enthält mehr als die E-Mail-Adresse. Lassen Sie nur die Adresse darin stehen.',
    notClaimable: 'Dies ist keine E-Mail-Adresse, die übernommen werden könnte.',
    claimType: 'Die Art der Übernahme muss „direct“, „delayed“ (verzögert) oder leer sein.',
    tooManyLicenses: (most) => `In dieser Zeile stehen mehr als ${most} Lizenzen.`,
    license: (longest) => `Eine Lizenz ist länger als ${longest} Zeichen oder enthält ein Steuerzeichen.`,
    nameTooLong: (column, longest) => `${column} ist länger als ${longest} Zeichen.`,
    nameControl: (column) => `${column} enthält ein Steuerzeichen.`,
    tooManyCells:
      'Die Zeile hat mehr Zellen als die Kopfzeile. Steht ein Trennzeichen in einer Zelle ohne Anführungszeichen?',
    strayQuote:
      'Nach einem schließenden Anführungszeichen (") folgt noch Text. Schreiben Sie ein Anführungszeichen in einer Zelle mit Anführungszeichen doppelt ("").',
    columns: { firstName: 'Vorname', lastName: 'Nachname', displayName: 'Anzeigename' },
  },
  file: {
    at: ({ line, column }, problem) => `Zeile ${line}, Spalte ${column}: ${problem}`,
    noRows: 'Unter der Kopfzeile stehen keine Zeilen.',
    notText: 'Die Datei ist kein Text, also auch keine CSV-Datei.',
    formats: {
      zipped:
        'Die Datei ist eine Tabellenkalkulation oder eine andere ZIP-Datei. Speichern Sie sie als „CSV UTF-8“ und laden Sie sie erneut hoch.',
      excel97:
        'Die Datei ist eine Excel-97-Arbeitsmappe. Speichern Sie sie als „CSV UTF-8“ und laden Sie sie erneut hoch.',
      pdf: 'Die Datei ist ein PDF. Speichern Sie die Liste als „CSV UTF-8“ und laden Sie sie erneut hoch.',
      compressed:
        'Die Datei ist komprimiert. Speichern Sie die Liste als „CSV UTF-8“ und laden Sie sie erneut hoch.',
    },
    encoding:
      'Der Text ist nicht in UTF-8. Speichern Sie die Datei als „CSV UTF-8“ und laden Sie sie erneut hoch.',
    delimiter: 'Das Trennzeichen muss ein Komma, ein Semikolon oder ein Tabulator sein.',
    strayQuote: 'Nach einem schließenden Anführungszeichen (") folgt noch Text.',
    unclosedQuote: 'Hier öffnet ein Anführungszeichen ("), das nirgends geschlossen wird.',
    rowTooLong: (longestKiB) =>
      `Die Zeile ist länger als ${longestKiB} KiB. Ist ein Anführungszeichen (") nicht geschlossen?`,
    tooManyColumns: (most) => `Die Zeile hat mehr als ${most} Spalten.`,
    twice: (column, name) => `Spalte ${column} ist bereits „${name}“. Entfernen Sie eine der beiden.`,
    noNames: 'Keine Spalte der Kopfzeile hat einen Namen.',
    addressColumn: 'E-Mail-Adresse',
    noAddressColumn: (shown, more) =>
      `Von keiner der gefundenen Spalten (${quoted(shown)}${more > 0 ? ` und ${more} weiteren` : ''}) ist bekannt, dass die Adressen darin stehen.`,
    nameIt: (name, others) =>
      `Nennen Sie die Spalte mit den Adressen „${name}“${others.length === 0 ? '' : ` (${quoted(others)} geht auch)`} und laden Sie die Datei erneut hoch.`,
  },
  import: {
    unknownOrganization: (orgId) => `Die Organisation „${orgId}“ gibt es nicht.`,
    missed:
      'Bis zum Ablauf des Upload-Formulars wurde nichts hochgeladen. Fordern Sie ein neues Formular an und laden Sie die Datei damit hoch.',
    misplaced:
      'Die Datei liegt bei keiner Organisation, die es gibt. Niemand wird benachrichtigt und es wurde nichts importiert.',
    replaced: 'Die Datei wurde ersetzt oder gelöscht, bevor sie gelesen war. Es wurde nichts importiert.',
    stalled:
      'Die Datei konnte wiederholt nicht bis zum Ende gelesen werden. Es wurde nichts importiert. Laden Sie sie erneut hoch.',
  },
  sync: {
    replaced: 'Die Datei wurde ersetzt oder gelöscht, bevor sie gelesen war. Es wurde niemand geändert.',
    stalled:
      'Das Verzeichnis konnte wiederholt nicht verglichen werden. Es wurde niemand geändert. Starten Sie die Synchronisierung erneut.',
    noOrganization: 'Die Organisation gibt es nicht mehr.',
    unreadableRows: (rows, lines, more) =>
      `In ${rows} Zeilen war keine E-Mail-Adresse zu lesen (Zeilen ${lines.join(', ')}${more > 0 ? ` und ${more} weitere` : ''}). Die Konten dieser Personen würden deaktiviert. Deshalb wurde niemand geändert.`,
  },
}
