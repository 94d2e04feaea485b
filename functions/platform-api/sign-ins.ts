import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { reportSignIn, type SignInPorts } from '../../shared/usecases/claims/sign-in.ts'

export function signInHandlers(deps: SignInPorts) {
  return {
    reportSignIn: serve(operations.reportSignIn, async ({ body, now }) => {
      const outcome = await reportSignIn(deps, body.email, now)
      if (outcome.outcome === 'refused') return refuse(outcome.code)
      const { outcome: _result, ...signIn } = outcome
      return answer(200, signIn)
    }),
  }
}
