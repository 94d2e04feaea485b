/** N5: what the product is called, and where its users get help; a deployment's settings. */
export interface Product {
  readonly productName: string
  /** https. */
  readonly supportUrl?: string | undefined
  /** https: the one thing that a mail or a page loads, where there is one. */
  readonly logoUrl?: string | undefined
}

/** N5: who writes. Of an org what its admins have set. */
export interface Sender extends Product {
  /** The org's: an e-mail address, or an https URL. */
  readonly contact?: string | undefined
  /** The org's, of the IANA database. */
  readonly timeZone: string
}

/** What is told where nothing was set, and in tests. */
export const plainSender: Sender = { productName: 'Claim service', timeZone: 'UTC' }

export function senderOf(
  product: Product,
  { contact, timeZone }: { readonly contact?: string | undefined; readonly timeZone?: string | undefined },
): Sender {
  return { ...product, contact, timeZone: timeZone ?? 'UTC' }
}

/** A contact is an address, unless it is a URL; which it is was checked when it was set. */
export const isUrl = (contact: string): boolean => contact.startsWith('https://')
