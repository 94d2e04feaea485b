/**
 * Every text of the console, by the screen or part that shows it. The other languages have this file's type: one that lacks a
 * text fails the type check.
 */
export const en = {
  opensNewTab: '(opens a new tab)',
  entrance: {
    signIn: 'Sign in',
    signedOut: 'You have signed out.',
    failed: 'The sign-in was not completed',
    notSetUp: 'The console is not set up',
    notSetUpText:
      'This deployment names no client at its issuer, so nobody can sign in. Its operator sets consoleClientId.',
  },
  session: {
    over: 'Your session has ended',
    overText: 'Sign in again to go on. You come back to this page.',
  },
  top: {
    help: 'Help',
    language: 'Language',
    signOut: 'Sign out',
    role: { admin: 'Administrator', reader: 'Reader: sees everything, changes nothing' },
    theme: { light: 'Light', dark: 'Dark' },
  },
  layout: {
    navigation: 'Side navigation',
    navigationToggle: 'Open side navigation',
    navigationClose: 'Close side navigation',
    notifications: 'Outcomes',
    breadcrumbs: 'Where you are',
  },
  nav: {
    overview: 'Overview',
  },
  flash: { dismiss: 'Dismiss' },
  problem: {
    notDone: 'That was not done',
    noAnswer: 'The service did not answer. Check your connection and try again.',
    more: 'What this means',
    broken: 'Something went wrong',
    brokenText: 'This page failed. What you did before is kept; load the page anew to go on.',
    reload: 'Load anew',
    notFound: 'Nothing is here',
    notFoundText: 'There is no such page. Choose one at the left.',
  },
  states: {
    loading: 'Loading',
    failed: 'This could not be loaded',
    retry: 'Try again',
  },
  claimStatus: { open: 'Open', migrating: 'Migrating', completed: 'Completed', revoked: 'Revoked' },
  claimType: { direct: 'Direct claim', delayed: 'Delayed claim' },
  userStatus: {
    active: 'Active',
    not_verified: 'Not verified',
    verified: 'Verified',
    inactive: 'Inactive',
    delayed_claim: 'Delayed claim',
  },
  overview: {
    title: 'Overview',
    users: 'Users',
    claims: 'Claims',
    byType: 'By type',
    losingContent: 'Content is lost',
    bounced: 'Mail came back',
    endingSoon: 'End within 7 days',
  },
}

export type Texts = typeof en
