import { line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const nl: PageTexts = {
  choose: {
    heading: {
      direct: line`Kies wat er met je oude account gebeurt`,
      delayed: line`Kies wat er met je account gebeurt`,
    },
    legend: line`Wat moet er met je oude account gebeuren?`,
    newEmail: line`Nieuw e-mailadres voor je oude account`,
    newEmailHint: ({ org }) => line`Een adres dat alleen jij gebruikt, en niet op een domein van ${org}.`,
    submit: line`Bevestig mijn keuze`,
    noPassword: line`Deze pagina vraagt niet om je wachtwoord. Geef het nooit op een pagina waar een mail je naartoe heeft gebracht.`,
  },
  problem: {
    heading: line`Er klopt iets niet`,
    inTitle: (title) => line`Probleem: ${title}`,
    of: {
      decision_required: () => line`Kies een van de mogelijkheden.`,
      decision_not_offered: () =>
        line`Deze mogelijkheid is er niet voor jouw account. Kies een van die hieronder.`,
      new_email_required: () => line`Vul het nieuwe adres voor je oude account in.`,
      invalid_address: () => line`Dit is geen geldig e-mailadres. Het moet lijken op naam@domein.example.`,
      email_taken: () => line`Er is al een account met dit adres. Kies een ander adres.`,
      email_on_claimed_domain: ({ org }) =>
        line`Dit adres is op een domein van ${org}. Kies een adres waarvoor dat niet geldt.`,
      busy: () =>
        line`Je account werd op hetzelfde moment gewijzigd, en er is nog niets beslist. Probeer het opnieuw.`,
    },
  },
  confirm: {
    heading: line`Je oude account voorgoed verwijderen?`,
    lead: ({ org, address }) =>
      line`Je staat op het punt het account te verwijderen dat je met het adres ${address} had voordat ${org} het claimde.`,
    submit: line`Ja, verwijder het voorgoed`,
    back: line`Nee, terug naar de mogelijkheden`,
  },
  decided: {
    heading: {
      change_email: line`Je oude account gaat verder`,
      transfer_content: line`Je gesprekken worden verhuisd`,
      delete_original: line`Je oude account wordt verwijderd`,
    },
    next: {
      change_email: ({ org, address, newEmail }) =>
        newEmail === undefined
          ? line`Je hebt een ander adres voor je oude account gekozen. Log daar voortaan met dat adres in. Het adres ${address} is dat van je account bij ${org}.`
          : line`Je oude account heeft nu het adres ${newEmail}. Log daar voortaan met dat adres in. Het adres ${address} is dat van je account bij ${org}.`,
      transfer_content: ({ org, address }) =>
        line`Al je gesprekken gaan naar je account bij ${org}, met hun berichten en bestanden. Dat kan even duren. Zodra het klaar is, sturen we een mail naar ${address} en wordt je oude account verwijderd.`,
      delete_original: ({ org, address }) =>
        line`Je oude account wordt verwijderd, met al je gesprekken, berichten en bestanden. Het adres ${address} is dat van je account bij ${org}.`,
    },
    close: line`Je hoeft verder niets te doen en kunt deze pagina sluiten.`,
  },
  already: {
    heading: line`Hierover is al beslist`,
    by: {
      user: ({ at }) => line`Je hebt op ${at} gekozen:`,
      schedule: ({ at }) =>
        line`De tijd om te kiezen was op ${at} voorbij. Daarom is, zoals aangekondigd, dit gedaan:`,
    },
    stands: line`De keuze kan niet meer worden veranderd.`,
  },
  gone: {
    heading: line`Deze link werkt niet`,
    text: line`Hij is verlopen, of heeft nooit bestaan. Kijk of je het hele adres uit je mail hebt geopend.`,
  },
}
