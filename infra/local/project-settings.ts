/**
 * Names that are this project's and not the emulator's. First the issuer and audience of local tokens: the template
 * is given them, and the tokens contain them.
 */
export const localIssuer = 'https://issuer.claim-service.local'
export const localAudience = 'claim-service'
/** The console's client id at the issuer: a public client. */
export const localConsoleClient = 'console'

/** The sender of local mails, which never leave the inbox. */
export const localSender = 'no-reply@example.com'

/** N5: invented, so that mails and pages look like those of a deployment. */
export const localProduct = {
  productName: 'Tidepool Chat',
  supportUrl: 'https://help.tidepool.example',
}
