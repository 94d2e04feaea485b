import type { Texts } from './en.ts'

export const fr: Texts = {
  opensNewTab: '(ouvre un nouvel onglet)',
  entrance: {
    signIn: 'Se connecter',
    signedOut: 'Vous êtes déconnecté.',
    failed: 'La connexion n’a pas abouti',
    notSetUp: 'La console n’est pas configurée',
    notSetUpText:
      'Ce déploiement n’a pas de client auprès de son émetteur : personne ne peut se connecter. Son exploitant définit consoleClientId.',
  },
  session: {
    over: 'Votre session est terminée',
    overText: 'Reconnectez-vous pour continuer. Vous reviendrez à cette page.',
  },
  top: {
    help: 'Aide',
    language: 'Langue',
    signOut: 'Se déconnecter',
    role: { admin: 'Administrateur', reader: 'Lecteur : voit tout, ne modifie rien' },
    theme: { light: 'Clair', dark: 'Sombre' },
  },
  layout: {
    navigation: 'Navigation',
    navigationToggle: 'Ouvrir la navigation',
    navigationClose: 'Fermer la navigation',
    notifications: 'Résultats',
    breadcrumbs: 'Où vous êtes',
  },
  nav: {
    overview: 'Vue d’ensemble',
  },
  flash: { dismiss: 'Fermer' },
  problem: {
    notDone: 'Cela n’a pas été fait',
    noAnswer: 'Le service n’a pas répondu. Vérifiez votre connexion et réessayez.',
    more: 'Ce que cela signifie',
    broken: 'Un problème est survenu',
    brokenText:
      'Cette page a échoué. Ce que vous avez fait auparavant est conservé ; rechargez la page pour continuer.',
    reload: 'Recharger',
    notFound: 'Il n’y a rien ici',
    notFoundText: 'Cette page n’existe pas. Choisissez-en une à gauche.',
  },
  states: {
    loading: 'Chargement',
    failed: 'Impossible de charger ceci',
    retry: 'Réessayer',
  },
  claimStatus: { open: 'Ouverte', migrating: 'En migration', completed: 'Terminée', revoked: 'Annulée' },
  claimType: { direct: 'Revendication directe', delayed: 'Revendication différée' },
  userStatus: {
    active: 'Actif',
    not_verified: 'Non vérifié',
    verified: 'Vérifié',
    inactive: 'Inactif',
    delayed_claim: 'Revendication différée',
  },
  overview: {
    title: 'Vue d’ensemble',
    users: 'Utilisateurs',
    claims: 'Revendications',
    byType: 'Par type',
    losingContent: 'Contenu perdu',
    bounced: 'E-mail revenu',
    endingSoon: 'Se terminent dans les 7 jours',
  },
}
