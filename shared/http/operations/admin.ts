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
  pageOf,
  paging,
  userStatus,
} from '../schemas/common.ts'
import { domain, domainInPath, domainInput } from '../schemas/domain.ts'
import {
  createdImport,
  importConfirmation,
  importInput,
  importRow,
  importView,
  rowResult,
} from '../schemas/import.ts'
import { organization, organizationPatch } from '../schemas/organization.ts'
import { outgoingClaim } from '../schemas/outgoing-claim.ts'
import { me, summary } from '../schemas/summary.ts'
import { user, userPatch } from '../schemas/user.ts'
import { directoryOperations } from './directory.ts'

const getOrganization = operation('getOrganization', {
  summary: 'The organization and its settings',
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
  summary: 'How many users, claims and jobs there are, by what they are',
  description: 'Up to 10,000 users and as many claims are counted.',
  responses: { 200: summary },
})

const getMe = operation('getMe', {
  summary: 'Who calls',
  responses: { 200: me },
})

const listDomains = operation('listDomains', {
  summary: "The organization's domains, by name",
  query: z.strictObject(paging),
  responses: { 200: pageOf(domain) },
})

const addDomain = operation('addDomain', {
  summary: 'Add a domain',
  description:
    'It is pending until the TXT record is verified. Adding it again gives the same domain, with a fresh token if the old one has expired (D1).',
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
  summary: 'Forget a domain that is not claimed',
  path: domainInPath,
  responses: { 204: null },
  errors: ['not_found', 'domain_claimed', 'busy', 'precondition_failed'],
})

const verifyDomain = operation('verifyDomain', {
  summary: "Look the domain's TXT record up, and verify it",
  description:
    '`txt_record_not_found` tells the record that was `expected`, how many TXT `records` the domain has, and the one that is `nearest`, if any is like it.',
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
  summary: 'Release a claimed domain; it stays verified',
  path: domainInPath,
  responses: { 200: domain },
  errors: ['not_found', 'domain_not_claimed', 'busy', 'precondition_failed'],
})

const listClaimableUsers = operation('listClaimableUsers', {
  summary: 'Users that the organization can claim',
  description:
    'Those with accounts elsewhere on the domains that the organization has verified (E), each as it would be claimed by default. At most 250 are listed; beyond that `truncated` is true, and an export has them all (C1).',
  responses: { 200: claimableUsers },
  errors: ['organization_not_found'],
})

const createExport = operation('createExport', {
  summary: 'Have every user that can be claimed written into a CSV',
  description: 'Imported unchanged, the file claims every user in it, each with the type shown (I8).',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getExport = operation('getExport', {
  summary: 'An export and how far it has got',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

const createClaims = operation('createClaims', {
  summary: 'Claim users',
  description:
    'Answers for each user by itself: claimed, refused with every reason that applies, or unchanged where the organization has claimed the account already. One that is refused stops none of the others (C8).',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: claimResults },
  errors: ['acknowledgement_required', 'organization_not_found'],
})

const previewClaims = operation('previewClaims', {
  summary: 'What claiming users would do; nothing is changed',
  description: 'Takes what createClaims takes, and judges by the same rules.',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: previewResults },
  errors: ['organization_not_found'],
})

const SEARCHED =
  'A page is full while there is more. A request looks at 1,000 records at most: then it answers what it has found, and a cursor. Where `email` is a whole address, who has it comes first, and the cursor leads to the others.'

const listClaims = operation('listClaims', {
  summary: 'Claims that the organization made, newest first',
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
  summary: "Have all of the organization's claims written into a CSV",
  description: 'With type, status, dates and what is lost, the newest first.',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getClaimsExport = operation('getClaimsExport', {
  summary: 'An export of claims and how far it has got',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

const getClaim = operation('getClaim', {
  summary: 'A claim that the organization made',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: ['not_found'],
})

const revokeClaim = operation('revokeClaim', {
  summary: 'Take a claim back, while its user has not signed in or decided',
  description:
    'The original account has its address again, with all that it had, and the new account is gone. Within 14 × 24 h of the claim, and while the organization has not claimed the domain of the address for itself.',
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
    'While the user has not decided, and once in 24 h (M4): a 429 says in Retry-After how many seconds are left. Not to an address whose mails bounce or are complained of (N4).',
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
    'The upload itself acknowledges that the claims are permanent (T6), unless it is asked for as a preview: then nobody is claimed until confirmImport.',
  body: importInput,
  responses: { 201: createdImport },
  errors: ['organization_not_found'],
})

const listImports = operation('listImports', {
  summary: "The organization's imports, newest first",
  query: z.strictObject(paging),
  responses: { 200: pageOf(importView) },
  errors: ['invalid_cursor'],
})

const getImport = operation('getImport', {
  summary: 'An import and how far it has got',
  path: z.object({ importId: idInPath }),
  responses: { 200: importView },
  errors: ['not_found'],
})

const listImportRows = operation('listImportRows', {
  summary: "An import's rows, in the file's order, with what became of each",
  description:
    'Rows that are not handled yet are not listed. As long as the file is kept: 28 days from its upload.',
  path: z.object({ importId: idInPath }),
  query: z.strictObject({ ...paging, result: rowResult.optional() }),
  responses: { 200: pageOf(importRow) },
  errors: ['not_found', 'invalid_cursor', 'file_gone'],
})

const confirmImport = operation('confirmImport', {
  summary: 'Claim what was previewed',
  description:
    'The same bytes are imported, and each row is judged anew (P1). Asked again once that has begun, it changes nothing.',
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
    'No further row is handled: those that were not are reported as `cancelled`, and what was claimed stays claimed (I12). It completes, with its report, once that is done; one that waits for its upload, or for confirmImport, is over at once. Asked again it changes nothing.',
  path: z.object({ importId: idInPath }),
  responses: { 202: importView },
  errors: ['not_found', 'import_over', 'busy'],
})

const listUsers = operation('listUsers', {
  summary: "The organization's users, in no particular order",
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
  summary: 'A user of the organization',
  path: z.object({ userId: idInPath }),
  responses: { 200: user },
  errors: ['not_found'],
})

const updateUser = operation('updateUser', {
  summary: 'Change a user of the organization',
  description:
    'Not one that is being claimed: neither the account of a delayed claim (C2) nor the original of any (C3).',
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
    'Not one that is being claimed, as for changes. Where the user came by a direct claim that is still open, the claim ends with the account, and the original has its address again.',
  path: z.object({ userId: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'account_claimed', 'delayed_claim', 'busy', 'precondition_failed'],
})

const liftSuppression = operation('liftSuppression', {
  summary: 'Say that an address takes mail again',
  description:
    "After a bounce or a complaint nothing is sent to an address (N4). From now on it is mailed again: an address on a verified or claimed domain of the organization, or of one of its admins; the platform's tokens, any. An open claim of it is `pending`, and its mail may be sent again at once; nothing is sent by itself.",
  path: z.object({ email: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'busy'],
})

const listOutgoingClaims = operation('listOutgoingClaims', {
  summary: 'Accounts that are being claimed from the organization, the newest claim first',
  description: 'By whom and until when, and no more (A3).',
  query: z.strictObject(paging),
  responses: { 200: pageOf(outgoingClaim) },
  errors: ['invalid_cursor'],
})

const listAudit = operation('listAudit', {
  summary: 'What was changed in the organization, or of one of its claims, newest first',
  description:
    'Ids and states, no personal data. A change is listed once its effects are, seconds later. A page is full while there is more; a request looks at 1,000 entries at most.',
  query: z.strictObject({
    ...paging,
    claimId: idInPath.optional(),
    what: z.enum(changeKinds).optional().meta({ description: 'Changes of this kind.' }),
    since: instantInput.optional().meta({
      description: 'Changes from this instant on.',
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
