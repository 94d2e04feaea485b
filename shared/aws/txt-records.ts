import { Resolver } from 'node:dns/promises'

/** A request waits for the answer: two tries of this are well within API Gateway's 30 s. */
const TRY_MS = 4_000
const TRIES = 2

/** The name servers have answered: there is no such name, or no TXT record on it. */
const NO_RECORDS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/**
 * A domain's TXT records, each joined from its strings (RFC 7208, 3.3, is how everybody reads them); `undefined` when no
 * name server gave an answer: SERVFAIL, REFUSED, silence.
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
