/** N5: the product's name, and where its users get help. From the deployment's settings. */
export interface Product {
  readonly productName: string
  /** https. */
  readonly supportUrl?: string | undefined
  /** https. The only thing that a mail or page loads. */
  readonly logoUrl?: string | undefined
}

/** N5: the sender of a mail or page: the product, and the org's contact and time zone. */
export interface Sender extends Product {
  /** The org's contact: an e-mail address or an https URL. */
  readonly contact?: string | undefined
  /** The org's time zone, from the IANA database. */
  readonly timeZone: string
}

/** The default where nothing was set, and in tests. */
export const plainSender: Sender = { productName: 'Claim service', timeZone: 'UTC' }

export function senderOf(
  product: Product,
  { contact, timeZone }: { readonly contact?: string | undefined; readonly timeZone?: string | undefined },
): Sender {
  return { ...product, contact, timeZone: timeZone ?? 'UTC' }
}

/** Whether a contact is a URL and not an address; its format was checked when it was set. */
export const isUrl = (contact: string): boolean => contact.startsWith('https://')
