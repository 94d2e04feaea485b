/** BCP 47, a language with its subtags, by hyphens or, as some tools write it, by underscores; a private part included. */
export const LOCALE_PATTERN = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/

/** More than any language tag in use. */
export const MAX_LOCALE_LENGTH = 35
