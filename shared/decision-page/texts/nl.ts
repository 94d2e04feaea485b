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
    newEmailHint: ({ org }) =>
      line`Een privéadres, dus geen adres van ${org}. We sturen er een link naartoe om het te bevestigen.`,
    submit: line`Bevestig mijn keuze`,
    noPassword: line`Deze pagina vraagt niet om je wachtwoord. Vul het nooit in op een pagina die je via een mail hebt geopend.`,
  },
  problem: {
    heading: line`Er klopt iets niet`,
    inTitle: (title) => line`Probleem: ${title}`,
    of: {
      decision_required: () => line`Kies een van de mogelijkheden.`,
      decision_not_offered: () =>
        line`Deze mogelijkheid is er niet voor jouw account. Kies een van die hieronder.`,
      new_email_required: () => line`Vul het nieuwe adres voor je oude account in.`,
      invalid_address: () => line`Dit is geen geldig e-mailadres. Bijvoorbeeld: naam@domein.example.`,
      unmailable_address: () =>
        line`Naar dit adres kan geen mail worden gestuurd: vóór de @ staan andere letters dan a tot en met z, zoals é of ü. Kies een ander adres.`,
      email_taken: () => line`Er is al een account met dit adres. Kies een ander adres.`,
      email_on_claimed_domain: ({ org }) =>
        line`Dit adres is op een domein van ${org}. Kies een ander adres.`,
      mail_bounced: () =>
        line`Mail van ons komt op dit adres niet aan: eerdere mails kwamen terug, of waren niet gewenst. Kies een ander adres.`,
      too_many_confirmations: () =>
        line`We hebben binnen 24 uur al vijf mails gestuurd om een adres te bevestigen. Probeer het morgen opnieuw, of kies iets anders.`,
      busy: () =>
        line`Je account werd op dat moment gewijzigd, en er is nog niets gekozen. Probeer het opnieuw.`,
    },
  },
  confirm: {
    heading: line`Je oude account voorgoed verwijderen?`,
    lead: ({ org, address }) =>
      line`Je staat op het punt het account te verwijderen dat je met het adres ${address} had voordat ${org} het claimde.`,
    submit: line`Ja, verwijder het voorgoed`,
    back: line`Nee, terug naar de mogelijkheden`,
  },
  pending: {
    heading: line`Een nieuw adres wacht op bevestiging`,
    text: ({ expiresAt }) =>
      line`We hebben een mail met een link naar het nieuwe adres gestuurd. De link werkt tot ${expiresAt}. Zolang die niet is geopend en bevestigd, is er niets gekozen en kun je nog opnieuw kiezen.`,
  },
  sent: {
    heading: line`Bevestig het adres via de mail die we stuurden`,
    text: ({ newEmail, expiresAt }) =>
      line`We hebben een mail gestuurd naar ${newEmail}. Open de link daarin en bevestig het adres vóór ${expiresAt}. Tot dan is er niets gekozen.`,
    notArrived: line`Geen mail gekregen? Kijk bij je ongewenste mail en controleer het adres hierboven. Je kunt opnieuw kiezen: een ander adres of een andere optie.`,
    again: line`Opnieuw kiezen`,
  },
  confirmEmail: {
    heading: line`Is dit jouw adres?`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} heeft het account ${masked} geclaimd. Voor het oude account is het adres ${newEmail} opgegeven, zodat het kan blijven bestaan.`,
    effect: line`Bevestig je, dan krijgt het oude account dit adres en houdt het alle gesprekken, berichten en bestanden. Deze keuze kan daarna niet meer worden veranderd.`,
    until: ({ expiresAt }) => line`Bevestigen kan tot ${expiresAt}.`,
    submit: line`Ja, dit is mijn adres`,
    notYou: line`Heb je hier niet om gevraagd? Sluit deze pagina dan; er verandert niets.`,
    another: line`Wil je een ander adres kiezen? Gebruik de link in de mail aan je oude adres.`,
    gone: {
      heading: line`Deze link werkt niet`,
      text: line`De link is verlopen, is vervangen door een nieuwere of heeft nooit bestaan. Er is hierdoor niets veranderd. Wil je opnieuw kiezen, gebruik dan de link in de mail aan je oude adres.`,
    },
  },
  decided: {
    close: line`Je hoeft verder niets te doen en kunt deze pagina sluiten.`,
  },
  already: {
    heading: line`Er is al gekozen`,
    by: {
      user: ({ at }) => line`Je hebt op ${at} gekozen:`,
      schedule: ({ at }) =>
        line`De tijd om te kiezen was op ${at} voorbij. Daarom is, zoals aangekondigd, dit gedaan:`,
    },
    stands: line`De keuze kan niet meer worden veranderd.`,
  },
  gone: {
    heading: line`Deze link werkt niet`,
    text: line`De link is verlopen of heeft nooit bestaan. Controleer of je de volledige link hebt geopend.`,
  },
}
