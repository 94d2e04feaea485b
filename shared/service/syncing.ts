/** A step of a sync; each can be repeated. */
export type SyncRequest =
  | { readonly kind: 'read'; readonly orgId: string; readonly syncId: string }
  | { readonly kind: 'warn'; readonly orgId: string; readonly syncId: string }
