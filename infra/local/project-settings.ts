/** Who signs the local service's tokens, and for whom: what the template is told, and what the tokens say. */
export const localIssuer = 'https://issuer.claim-service.local'
export const localAudience = 'claim-service'
/** What the console is to the issuer: a public client. */
export const localConsoleClient = 'console'

/** Whom the local service's mails are from. They go no further than its inbox. */
export const localSender = 'no-reply@example.com'

/** N5: made up, so that mails and pages are seen as a deployment's are. */
export const localProduct = {
  productName: 'Tidepool Chat',
  supportUrl: 'https://help.tidepool.example',
}
