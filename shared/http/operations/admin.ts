import * as z from 'zod'
import { changeKinds } from '../../rules/change-kinds.ts'
import { type AnyOperation, operation } from '../operation.ts'
import type { AdminOperation } from '../routes.ts'
import { auditEntry } from '../schemas/audit.ts'
import { claim, claimRequest, claimResults, previewResults } from '../schemas/claim.ts'
import { claimableUsers, createdExport, exportView } from '../schemas/claimable-user.ts'
import {
  addressSearch,
  claimStatus,
  claimType,
  flag,
  idInPath,
  instantInput,
  notification,
  optionalPageSize,
  pageOf,
  paging,
  userStatus,
} from '../schemas/common.ts'
import { domain, domainInPath, domainInput, domainStatus } from '../schemas/domain.ts'
import {
  createdImport,
  importConfirmation,
  importInput,
  importRow,
  importView,
  rowCode,
  rowResult,
} from '../schemas/import.ts'
import { importGet, importList } from './import-reads.ts'
import { organization, organizationPatch } from '../schemas/organization.ts'
import { outgoingClaim } from '../schemas/outgoing-claim.ts'
import { me, summary } from '../schemas/summary.ts'
import { user, userPatch } from '../schemas/user.ts'
import { directoryOperations } from './directory.ts'

const getOrganization = operation('getOrganization', {
  summary: 'Get the organization and its settings',
  responses: { 200: organization },
  errors: ['organization_not_found'],
})

const updateOrganization = operation('updateOrganization', {
  summary: 'Change settings of the organization',
  body: organizationPatch,
  responses: { 200: organization },
  errors: ['organization_not_found', 'dry_run_required', 'busy', 'precondition_failed'],
})

const getSummary = operation('getSummary', {
  summary: 'Count users, claims and jobs by status and type',
  description: 'Counts up to 10,000 users and as many claims.',
  responses: { 200: summary },
})

const getMe = operation('getMe', {
  summary: 'Get the caller',
  responses: { 200: me },
})

const listDomains = operation('listDomains', {
  summary: "List the organization's domains, by name",
  query: z.strictObject({ ...paging, status: domainStatus.optional() }),
  responses: { 200: pageOf(domain) },
})

const addDomain = operation('addDomain', {
  summary: 'Add a domain',
  description:
    'The domain is pending until its TXT record is verified. Adding it again returns the same domain, with a new token if the old one has expired (D1).',
  body: domainInput,
  responses: { 200: domain, 201: domain },
  errors: [
    'invalid_domain',
    'free_mail_domain',
    'public_suffix_domain',
    'special_use_domain',
    'organization_not_found',
    'busy',
  ],
})

const removeDomain = operation('removeDomain', {
  summary: 'Remove a domain that is not claimed',
  path: domainInPath,
  responses: { 204: null },
  errors: ['not_found', 'domain_claimed', 'busy', 'precondition_failed'],
})

const verifyDomain = operation('verifyDomain', {
  summary: "Look up the domain's TXT record and verify the domain",
  description:
    '`txt_record_not_found` returns the `expected` record, the number of TXT `records` that the domain has, and the `nearest` one, if one is similar.',
  path: domainInPath,
  responses: { 200: domain },
  errors: [
    'not_found',
    'txt_record_not_found',
    'verification_token_expired',
    'dns_lookup_failed',
    'busy',
    'precondition_failed',
  ],
})

const claimDomain = operation('claimDomain', {
  summary: 'Claim a verified domain for this organization alone',
  path: domainInPath,
  responses: { 200: domain },
  errors: ['not_found', 'domain_not_verified', 'domain_claimed_by_other', 'busy', 'precondition_failed'],
})

const releaseDomain = operation('releaseDomain', {
  summary: 'Release a claimed domain, which stays verified',
  path: domainInPath,
  responses: { 200: domain },
  errors: ['not_found', 'domain_not_claimed', 'busy', 'precondition_failed'],
})

const listClaimableUsers = operation('listClaimableUsers', {
  summary: 'List users that the organization can claim',
  description:
    'Users with accounts in other organizations, on domains that this one has verified (E), each as it would be claimed by default. Lists at most 250; if there are more, `truncated` is true, and an export has all of them (C1). With `limit` it is a list that pages, and a request looks at 1,000 accounts at most.',
  query: z.strictObject({ limit: optionalPageSize, cursor: paging.cursor }),
  responses: { 200: claimableUsers },
  errors: ['organization_not_found', 'invalid_cursor'],
})

const createExport = operation('createExport', {
  summary: 'Export every claimable user as a CSV',
  description: 'Importing the file unchanged claims every user in it, each with the type shown (I8).',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getExport = operation('getExport', {
  summary: 'Get an export and its progress',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

const createClaims = operation('createClaims', {
  summary: 'Claim users',
  description:
    'Returns a result per user: claimed, refused with every reason that applies, or unchanged if the organization has claimed the account already. A refusal does not stop the others (C8).',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: claimResults },
  errors: ['acknowledgement_required', 'organization_not_found'],
})

const previewClaims = operation('previewClaims', {
  summary: 'Preview what claiming users would do',
  description: 'Takes the same body as createClaims and applies the same rules, but changes nothing.',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: previewResults },
  errors: ['organization_not_found'],
})

const SEARCHED =
  'A page is full as long as there is more, but a request reads 1,000 records at most and then returns what it has found with a cursor. If `email` is a complete address, the exact match comes first, and the cursor leads to the others.'

const listClaims = operation('listClaims', {
  summary: 'List claims that the organization made, newest first',
  description: SEARCHED,
  query: z.strictObject({
    ...paging,
    status: claimStatus.optional(),
    type: claimType.optional(),
    revocable: flag.optional(),
    notification: notification.optional(),
    importId: idInPath
      .optional()
      .meta({ description: 'Claims that this import made (C10).', examples: ['01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'] }),
    endsBefore: instantInput.optional().meta({
      description: 'Claims whose `endsAt` is earlier, open or not.',
      examples: ['2026-11-22T12:00:00Z'],
    }),
    email: addressSearch,
  }),
  responses: { 200: pageOf(claim) },
  errors: ['invalid_cursor'],
})

const createClaimsExport = operation('createClaimsExport', {
  summary: "Export all of the organization's claims as a CSV",
  description: 'With type, status, dates and lost content, newest first.',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getClaimsExport = operation('getClaimsExport', {
  summary: 'Get an export of claims and its progress',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

const getClaim = operation('getClaim', {
  summary: 'Get a claim that the organization made',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: ['not_found'],
})

const revokeClaim = operation('revokeClaim', {
  summary: 'Revoke a claim whose user has not signed in or decided',
  description:
    'Gives the original account its address back, with everything it had, and removes the new account. Possible within 14 × 24 h of the claim, and as long as the organization has not claimed the domain of the address for itself.',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: [
    'not_found',
    'signed_in',
    'decided',
    'window_passed',
    'domain_claimed',
    'ended',
    'busy',
    'precondition_failed',
  ],
})

const notifyUser = operation('notifyUser', {
  summary: "Send the claim's mail to its user again",
  description:
    'Possible until the user has decided, and once in 24 h (M4): the Retry-After of a 429 says how many seconds are left. Not possible if mail to the address bounced or was reported as spam (N4).',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: [
    'not_found',
    'decided',
    'ended',
    'mail_bounced',
    'notified_recently',
    'busy',
    'precondition_failed',
  ],
})

const createImport = operation('createImport', {
  summary: 'Request an upload form for a CSV of users to claim',
  description:
    'The upload itself acknowledges that claims are permanent (T6), except for a preview, which claims nobody before confirmImport.',
  body: importInput,
  responses: { 201: createdImport },
  errors: ['organization_not_found'],
})

const listImports = importList('listImports', {
  summary: "List the organization's imports, newest first",
})

const getImport = importGet('getImport', { summary: 'Get an import and its progress' })

const listImportRows = operation('listImportRows', {
  summary: "List an import's rows with their results, in the file's order",
  description:
    'Rows that have not been handled yet are not listed. Available as long as the file is kept: 28 days from its upload.',
  path: z.object({ importId: idInPath }),
  query: z.strictObject({ ...paging, result: rowResult.optional(), code: rowCode.optional() }),
  responses: { 200: pageOf(importRow) },
  errors: ['not_found', 'invalid_cursor', 'file_gone'],
})

const confirmImport = operation('confirmImport', {
  summary: 'Confirm a previewed import and claim its users',
  description: 'Imports the same bytes and checks each row again (P1). Confirming it again changes nothing.',
  path: z.object({ importId: idInPath }),
  body: importConfirmation,
  responses: { 202: importView },
  errors: [
    'not_found',
    'acknowledgement_required',
    'not_previewed',
    'file_replaced',
    'organization_not_found',
    'busy',
  ],
})

const cancelImport = operation('cancelImport', {
  summary: 'Stop an import',
  description:
    'Handles no further rows: the remaining ones are reported as `cancelled`, and claimed users stay claimed (I12). The import then completes with its report; one that waits for its upload or for confirmImport is over at once. Cancelling it again changes nothing.',
  path: z.object({ importId: idInPath }),
  responses: { 202: importView },
  errors: ['not_found', 'import_over', 'busy'],
})

const listUsers = operation('listUsers', {
  summary: "List the organization's users, in no particular order",
  description: SEARCHED,
  query: z.strictObject({
    ...paging,
    status: userStatus.optional(),
    revocable: flag.optional(),
    email: addressSearch,
  }),
  responses: { 200: pageOf(user) },
  errors: ['invalid_cursor'],
})

const getUser = operation('getUser', {
  summary: 'Get a user of the organization',
  path: z.object({ userId: idInPath }),
  responses: { 200: user },
  errors: ['not_found'],
})

const updateUser = operation('updateUser', {
  summary: 'Change a user of the organization',
  description:
    'Refused for accounts that are being claimed: the new account of a delayed claim (C2) and any original (C3).',
  path: z.object({ userId: idInPath }),
  body: userPatch,
  responses: { 200: user },
  errors: [
    'invalid_address',
    'unmailable_address',
    'not_found',
    'account_claimed',
    'delayed_claim',
    'domain_not_verified',
    'domain_claimed_by_other',
    'email_taken',
    'busy',
    'precondition_failed',
  ],
})

const deleteUser = operation('deleteUser', {
  summary: 'Delete a user of the organization, with all their content',
  description:
    'Refused for accounts that are being claimed, like changes. If the account came by a direct claim that is still open, the claim ends with it, and the original gets its address back.',
  path: z.object({ userId: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'account_claimed', 'delayed_claim', 'busy', 'precondition_failed'],
})

const liftSuppression = operation('liftSuppression', {
  summary: 'Lift the suppression of an address',
  description:
    'After a bounce or a complaint an address gets no more mail (N4); this allows mail to it again. Admins may do so for addresses on a verified or claimed domain of the organization and for those of its admins, the platform for any. Open claims of the address become `pending`, and their mail may be sent again at once; nothing is sent automatically.',
  path: z.object({ email: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'busy'],
})

const listOutgoingClaims = operation('listOutgoingClaims', {
  summary: 'List accounts that are being claimed from the organization, newest claim first',
  description: 'Says by whom and until when, and nothing else (A3).',
  query: z.strictObject(paging),
  responses: { 200: pageOf(outgoingClaim) },
  errors: ['invalid_cursor'],
})

const listAudit = operation('listAudit', {
  summary: 'List the audit trail of the organization, or of one claim, newest first',
  description:
    'Has ids and states, no personal data. A change appears within seconds. A page is full as long as there is more, but a request reads 1,000 entries at most.',
  query: z.strictObject({
    ...paging,
    claimId: idInPath.optional(),
    what: z.enum(changeKinds).optional().meta({ description: 'Changes of this kind.' }),
    since: instantInput.optional().meta({
      description: 'Only changes from this instant on.',
      examples: ['2026-11-22T12:00:00Z'],
    }),
  }),
  responses: { 200: pageOf(auditEntry) },
  errors: ['invalid_cursor', 'not_found'],
})

/** What the operations of `adminRoutes` take and answer. */
export const adminOperations = {
  getOrganization,
  updateOrganization,
  getSummary,
  getMe,
  listDomains,
  addDomain,
  removeDomain,
  verifyDomain,
  claimDomain,
  releaseDomain,
  listClaimableUsers,
  createExport,
  getExport,
  createClaims,
  previewClaims,
  listClaims,
  createClaimsExport,
  getClaimsExport,
  getClaim,
  revokeClaim,
  notifyUser,
  createImport,
  listImports,
  getImport,
  listImportRows,
  confirmImport,
  cancelImport,
  listUsers,
  getUser,
  updateUser,
  deleteUser,
  liftSuppression,
  listOutgoingClaims,
  listAudit,
  ...directoryOperations,
} satisfies { readonly [N in AdminOperation]: AnyOperation<N> }
