/** A BCP 47 tag: a language with subtags, separated by hyphens or, as some tools write them, underscores. */
export const LOCALE_PATTERN = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/

/** Longer than any language tag in use. */
export const MAX_LOCALE_LENGTH = 35
