import type { MessageTexts } from './types.ts'

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ')

export const nl: MessageTexts = {
  refused: {
    unknown_user: 'Er is geen account met dit adres.',
    own_user: 'Dit account hoort al bij je organisatie.',
    domain_not_verified:
      'Je organisatie heeft het domein van dit adres niet geverifieerd. Verifieer het en importeer de rij opnieuw.',
    unknown_id:
      'Dit is geen e-mailadres en geen ID van een account dat je organisatie mag claimen. Vul het e-mailadres in.',
    domain_claimed_by_other: 'Een andere organisatie heeft het domein van dit adres voor zichzelf geclaimd.',
    source_uses_sso:
      'De organisatie van dit account gebruikt single sign-on. Haar accounts kunnen niet worden geclaimd.',
    source_uses_directory_sync:
      'De organisatie van dit account synchroniseert haar directory. Haar accounts kunnen niet worden geclaimd.',
    claim_open: 'Dit account wordt al geclaimd.',
    directory_sync_enabled:
      'Zet de directorysynchronisatie van je organisatie uit zolang je gebruikers claimt.',
    delayed_not_available:
      'De inhoud van dit account kan niet worden verhuisd, dus een uitgestelde claim is niet mogelijk. Kies “direct” om het zonder inhoud te claimen.',
    stale_export:
      'Deze rij is geëxporteerd voordat werd gewijzigd of gebruikers hun gesprekken mogen meenemen. Exporteer de lijst opnieuw.',
    unmailable_address:
      'Naar dit adres kan geen mail worden gestuurd: vóór de @ staan andere letters dan a tot en met z, zoals é of ü.',
    invalid_address: 'Dit is geen e-mailadres dat de dienst kan gebruiken.',
    invalid_text:
      'De tekst bevat een half teken (zoals een doormidden geknipte emoji) of een besturingsteken en kan niet worden opgeslagen.',
    busy: 'Anderen wijzigden dit account op hetzelfde moment. Er is niets gebeurd. Importeer de rij opnieuw.',
    unknown_organization: 'De organisatie bestaat niet.',
    cancelled: 'De import is geannuleerd voordat deze rij aan de beurt was. Er is niets gebeurd.',
    file_replaced: 'Het bestand is tijdens de import vervangen of verwijderd. Upload de rij opnieuw.',
  },
  row: {
    noAddress: 'In deze rij staat geen gebruikers-ID of e-mailadres.',
    nothingAsAddress: (text) => `Waar het gebruikers-ID of e-mailadres hoort, staat “${text}”.`,
    secondHeader: 'Dit is nog een kopregel en staat voor niemand. Haal hem weg.',
    neitherAddressNorId: 'Dit is geen e-mailadres en geen gebruikers-ID.',
    severalAddresses: 'In de cel staat meer dan één e-mailadres. Geef elk adres een eigen rij.',
    moreThanAddress: 'In de cel staat meer dan het e-mailadres. Laat er alleen het adres in staan.',
    notClaimable: 'Dit is geen e-mailadres dat kan worden geclaimd.',
    claimType: 'Type claim moet “direct”, “delayed” (uitgesteld) of leeg zijn.',
    tooManyLicenses: (most) => `Er staan meer dan ${most} licenties in deze rij.`,
    license: (longest) => `Een licentie is langer dan ${longest} tekens of bevat een besturingsteken.`,
    nameTooLong: (column, longest) => `${column} is langer dan ${longest} tekens.`,
    nameControl: (column) => `${column} bevat een besturingsteken.`,
    tooManyCells:
      'De rij heeft meer cellen dan de kopregel. Staat er een scheidingsteken in een cel zonder aanhalingstekens?',
    strayQuote:
      'Na een sluitend aanhalingsteken (") staat nog tekst. Schrijf een aanhalingsteken in een cel met aanhalingstekens dubbel ("").',
    columns: { firstName: 'Voornaam', lastName: 'Achternaam', displayName: 'Weergavenaam' },
  },
  file: {
    at: ({ line, column }, problem) => `Regel ${line}, kolom ${column}: ${problem}`,
    noRows: 'onder de kopregel staan geen rijen.',
    notText: 'het bestand is geen tekst en dus geen CSV-bestand.',
    formats: {
      zipped:
        'het bestand is een spreadsheet of een ander zip-bestand. Sla het op als “CSV UTF-8” en upload het opnieuw.',
      excel97: 'het bestand is een Excel 97-werkmap. Sla het op als “CSV UTF-8” en upload het opnieuw.',
      pdf: 'het bestand is een pdf. Sla de lijst op als “CSV UTF-8” en upload die opnieuw.',
      compressed: 'het bestand is gecomprimeerd. Sla de lijst op als “CSV UTF-8” en upload die opnieuw.',
    },
    encoding: 'de tekst is geen UTF-8. Sla het bestand op als “CSV UTF-8” en upload het opnieuw.',
    delimiter: 'het scheidingsteken moet een komma, een puntkomma of een tab zijn.',
    strayQuote: 'na een sluitend aanhalingsteken (") staat nog tekst.',
    unclosedQuote: 'hier staat een openend aanhalingsteken (") dat nergens wordt gesloten.',
    rowTooLong: (longestKiB) =>
      `de rij is langer dan ${longestKiB} KiB. Is een aanhalingsteken (") niet gesloten?`,
    tooManyColumns: (most) => `de rij heeft meer dan ${most} kolommen.`,
    twice: (column, name) => `kolom ${column} is ook al “${name}”. Haal een van de twee weg.`,
    noNames: 'geen enkele kolom in de kopregel heeft een naam.',
    addressColumn: 'E-mailadres',
    noAddressColumn: (shown, more) =>
      `van geen van de gevonden kolommen (${quoted(shown)}${more > 0 ? ` en nog ${more}` : ''}) is bekend dat de adressen erin staan.`,
    nameIt: (name, others) =>
      `Noem de kolom met de adressen “${name}”${others.length === 0 ? '' : ` (${quoted(others)} mag ook)`} en upload het bestand opnieuw.`,
  },
  import: {
    unknownOrganization: (orgId) => `De organisatie “${orgId}” bestaat niet.`,
    missed:
      'Er is niets geüpload voordat het uploadformulier verliep. Vraag een nieuw formulier aan en upload het bestand daarmee.',
    misplaced:
      'Het bestand staat niet bij een bestaande organisatie. Niemand krijgt er bericht van en er is niets geïmporteerd.',
    replaced: 'Het bestand is vervangen of verwijderd voordat het was gelezen. Er is niets geïmporteerd.',
    stalled:
      'Het bestand kon keer op keer niet helemaal worden gelezen. Er is niets geïmporteerd. Upload het opnieuw.',
  },
  sync: {
    replaced: 'Het bestand is vervangen of verwijderd voordat het was gelezen. Er is niemand gewijzigd.',
    stalled:
      'De directory kon keer op keer niet worden vergeleken. Er is niemand gewijzigd. Start de synchronisatie opnieuw.',
    noOrganization: 'De organisatie bestaat niet meer.',
    unreadableRows: (rows, lines, more) =>
      `In ${rows} rijen was geen e-mailadres te lezen (regels ${lines.join(', ')}${more > 0 ? ` en nog ${more}` : ''}). Om wie het daar gaat, zou op inactief worden gezet. Daarom is er niemand gewijzigd.`,
  },
}
