import type { Texts } from './en.ts'

export const nl: Texts = {
  opensNewTab: '(opent een nieuw tabblad)',
  entrance: {
    signIn: 'Inloggen',
    signedOut: 'U bent uitgelogd.',
    failed: 'Het inloggen is niet gelukt',
    notSetUp: 'De console is niet ingesteld',
    notSetUpText:
      'Deze installatie heeft geen client bij haar issuer, dus niemand kan inloggen. De beheerder van de installatie stelt consoleClientId in.',
  },
  session: {
    over: 'Uw sessie is verlopen',
    overText: 'Log opnieuw in om verder te gaan. U komt op deze pagina terug.',
  },
  top: {
    help: 'Help',
    language: 'Taal',
    signOut: 'Uitloggen',
    role: { admin: 'Beheerder', reader: 'Lezer: ziet alles, wijzigt niets' },
    theme: { light: 'Licht', dark: 'Donker' },
  },
  layout: {
    navigation: 'Navigatie',
    navigationToggle: 'Navigatie openen',
    navigationClose: 'Navigatie sluiten',
    notifications: 'Uitkomsten',
    breadcrumbs: 'Waar u bent',
  },
  nav: {
    overview: 'Overzicht',
  },
  flash: { dismiss: 'Sluiten' },
  problem: {
    notDone: 'Dat is niet gedaan',
    noAnswer: 'De dienst gaf geen antwoord. Controleer uw verbinding en probeer het opnieuw.',
    more: 'Wat dit betekent',
    broken: 'Er ging iets mis',
    brokenText:
      'Deze pagina is mislukt. Wat u eerder deed is bewaard; laad de pagina opnieuw om verder te gaan.',
    reload: 'Opnieuw laden',
    notFound: 'Hier is niets',
    notFoundText: 'Die pagina bestaat niet. Kies links een pagina.',
  },
  states: {
    loading: 'Laden',
    failed: 'Dit kon niet worden geladen',
    retry: 'Opnieuw proberen',
  },
  claimStatus: { open: 'Open', migrating: 'Wordt gemigreerd', completed: 'Voltooid', revoked: 'Ingetrokken' },
  claimType: { direct: 'Directe claim', delayed: 'Vertraagde claim' },
  userStatus: {
    active: 'Actief',
    not_verified: 'Niet geverifieerd',
    verified: 'Geverifieerd',
    inactive: 'Inactief',
    delayed_claim: 'Vertraagde claim',
  },
  overview: {
    title: 'Overzicht',
    users: 'Gebruikers',
    claims: 'Claims',
    byType: 'Naar type',
    losingContent: 'Inhoud gaat verloren',
    bounced: 'E-mail kwam terug',
    endingSoon: 'Eindigt binnen 7 dagen',
  },
}
