import type { AnyOperation } from '../operation.ts'
import type { AdminOperation } from '../routes.ts'
import { auditOperations } from './admin/audit.ts'
import { claimableUserOperations } from './admin/claimable-users.ts'
import { claimOperations } from './admin/claims.ts'
import { directoryOperations } from './admin/directory.ts'
import { domainOperations } from './admin/domains.ts'
import { exportOperations } from './admin/exports.ts'
import { importOperations } from './admin/imports.ts'
import { organizationOperations } from './admin/organization.ts'
import { outgoingClaimOperations } from './admin/outgoing-claims.ts'
import { summaryOperations } from './admin/summary.ts'
import { suppressionOperations } from './admin/suppressions.ts'
import { userOperations } from './admin/users.ts'

/** The contracts of all operations of `adminRoutes`. */
export const adminOperations = {
  ...organizationOperations,
  ...summaryOperations,
  ...domainOperations,
  ...claimableUserOperations,
  ...exportOperations,
  ...claimOperations,
  ...importOperations,
  ...userOperations,
  ...suppressionOperations,
  ...outgoingClaimOperations,
  ...auditOperations,
  ...directoryOperations,
} satisfies { readonly [N in AdminOperation]: AnyOperation<N> }
