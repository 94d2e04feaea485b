import { queryClient } from '../../api/client.ts'

/**
 * Reads again everything that may have changed with a domain: the domains, who can be claimed, and which claims can
 * be revoked.
 */
export const refetchAfterChange = (): Promise<void> => queryClient.invalidateQueries()
