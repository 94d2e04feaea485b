import type { Texts } from './en.ts'

export const de: Texts = {
  opensNewTab: '(öffnet einen neuen Tab)',
  entrance: {
    signIn: 'Anmelden',
    signedOut: 'Sie haben sich abgemeldet.',
    failed: 'Die Anmeldung wurde nicht abgeschlossen',
    notSetUp: 'Die Konsole ist nicht eingerichtet',
    notSetUpText:
      'Diese Installation nennt keinen Client bei ihrem Issuer, also kann sich niemand anmelden. Ihr Betreiber setzt consoleClientId.',
  },
  session: {
    over: 'Ihre Sitzung ist abgelaufen',
    overText: 'Melden Sie sich erneut an, um fortzufahren. Sie kommen auf diese Seite zurück.',
  },
  top: {
    help: 'Hilfe',
    language: 'Sprache',
    signOut: 'Abmelden',
    role: { admin: 'Administrator', reader: 'Leser: sieht alles, ändert nichts' },
    theme: { light: 'Hell', dark: 'Dunkel' },
  },
  layout: {
    navigation: 'Navigation',
    navigationToggle: 'Navigation öffnen',
    navigationClose: 'Navigation schließen',
    notifications: 'Ergebnisse',
    breadcrumbs: 'Wo Sie sind',
  },
  nav: {
    overview: 'Übersicht',
  },
  flash: { dismiss: 'Schließen' },
  problem: {
    notDone: 'Das wurde nicht ausgeführt',
    noAnswer: 'Der Dienst hat nicht geantwortet. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    more: 'Was das bedeutet',
    broken: 'Etwas ist schiefgegangen',
    brokenText:
      'Diese Seite ist fehlgeschlagen. Was Sie vorher getan haben, bleibt erhalten; laden Sie die Seite neu, um fortzufahren.',
    reload: 'Neu laden',
    notFound: 'Hier ist nichts',
    notFoundText: 'Diese Seite gibt es nicht. Wählen Sie links eine aus.',
  },
  states: {
    loading: 'Wird geladen',
    failed: 'Das konnte nicht geladen werden',
    retry: 'Erneut versuchen',
  },
  claimStatus: {
    open: 'Offen',
    migrating: 'Wird migriert',
    completed: 'Abgeschlossen',
    revoked: 'Zurückgezogen',
  },
  claimType: { direct: 'Direkte Übernahme', delayed: 'Verzögerte Übernahme' },
  userStatus: {
    active: 'Aktiv',
    not_verified: 'Nicht verifiziert',
    verified: 'Verifiziert',
    inactive: 'Inaktiv',
    delayed_claim: 'Verzögerte Übernahme',
  },
  overview: {
    title: 'Übersicht',
    users: 'Benutzer',
    claims: 'Übernahmen',
    byType: 'Nach Art',
    losingContent: 'Inhalte gehen verloren',
    bounced: 'E-Mail kam zurück',
    endingSoon: 'Enden innerhalb von 7 Tagen',
  },
}
