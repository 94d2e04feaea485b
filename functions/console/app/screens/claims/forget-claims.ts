import { queryClient } from '../../api/client.ts'

/** What was asked about claims, the list as well as each, isn't so any more. */
export const forgetClaims = (): Promise<unknown> =>
  Promise.all(
    [
      '/v1/claims',
      '/v1/claims/{claimId}',
      '/v1/summary',
      '/v1/claimable-users',
      '/v1/domains',
      '/v1/imports',
      '/v1/imports/{importId}',
    ].map((path) => queryClient.invalidateQueries({ queryKey: ['get', path] })),
  )
