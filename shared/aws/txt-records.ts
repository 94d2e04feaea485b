import { Resolver } from 'node:dns/promises'

/** Milliseconds. A user waits: two attempts fit into API Gateway's 30 s. */
const TRY_MS = 4_000
const TRIES = 2

/** Answers that say the name, or a TXT record on it, doesn't exist. */
const NO_RECORDS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/**
 * Makes a function that resolves a domain's TXT records, each joined from its strings (RFC 7208, 3.3). It answers
 * `undefined` where no name server gave an answer: SERVFAIL, REFUSED or a time-out.
 */
export function txtResolver(resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })) {
  return async (domain: string): Promise<string[] | undefined> => {
    try {
      return (await resolver.resolveTxt(domain)).map((strings) => strings.join(''))
    } catch (error) {
      const code = codeOf(error)
      if (code === undefined) throw error
      return NO_RECORDS.has(code) ? [] : undefined
    }
  }
}
