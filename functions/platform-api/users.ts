import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { codeOfRefusal, parseAddress } from '../../shared/rules/accounts/address.ts'
import { loadAccount } from '../../shared/usecases/imports/load-accounts.ts'
import { nameClaimOf } from '../../shared/usecases/lists/organization-names.ts'
import { viewOfAccount } from '../../shared/usecases/lists/views.ts'
import type { FoundAccount } from '../../shared/storage/stores/account-reads.ts'
import type { PlatformApiDeps } from './deps.ts'

type Deps = Pick<PlatformApiDeps, 'accounts' | 'domains' | 'organizations'>

export function userHandlers(deps: Deps) {
  const { accounts } = deps

  const view = async (found: FoundAccount, now: Date) => {
    const { paid } = found.inRecord.account
    return { ...(await nameClaimOf(deps, await viewOfAccount(deps, found, now))), paid }
  }

  return {
    putUser: serve(operations.putUser, async ({ caller, path: { userId }, body, now, versions }) => {
      const parsed = parseAddress(body.email)
      if (parsed.outcome === 'refused') return refuse(codeOfRefusal(parsed.reason))
      const { firstName = '', lastName = '', status = 'active', paid = false, locale = 'en' } = body
      const { orgId, licenses } = body
      const { email } = parsed.address
      const wanted = { userId, email, firstName, lastName, orgId, status, paid, locale, licenses }
      const outcome = await loadAccount(deps, wanted, { now, versions, by: `platform:${caller.sub}` })
      if (outcome.outcome === 'stale') return refuse('precondition_failed')
      if (outcome.outcome === 'refused') return refuse(outcome.code)
      const found = await accounts.byUserId(userId)
      if (found === undefined) return refuse('busy')
      return answer(outcome.outcome === 'created' ? 201 : 200, await view(found, now), found.record.revision)
    }),

    getPlatformUser: serve(operations.getPlatformUser, async ({ path, now }) => {
      const found = await accounts.byUserId(path.userId)
      return found === undefined
        ? refuse('not_found')
        : answer(200, await view(found, now), found.record.revision)
    }),
  }
}
