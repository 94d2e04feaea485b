import { queryClient } from '../../api/client.ts'

/** Invalidates everything that was read about claims: lists and single claims. */
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
