import * as z from 'zod'
import { ACCOUNT_ID_PATTERN, ORG_ID_PATTERN } from '../../rules/ids.ts'
import { type AnyOperation, operation } from '../operation.ts'
import type { PlatformOperation } from '../routes.ts'
import { idInPath, pageOf, paging } from '../schemas/common.ts'
import { signInAnswer, signInInput } from '../schemas/decision.ts'
import { deletionAnswer, deletionInput, organization, organizationInput } from '../schemas/organization.ts'
import { importGet, importList } from './import-reads.ts'
import { conversation, conversationInput, platformUser, userInput } from '../schemas/user.ts'

const CONVERSATION_ID_PATTERN = /^[A-Za-z0-9._:@+~-]{1,128}$/

const listPlatformOrganizations = operation('listPlatformOrganizations', {
  summary: 'List all organizations, by id',
  query: z.strictObject(paging),
  responses: { 200: pageOf(organization) },
  errors: ['invalid_cursor'],
})

const getPlatformOrganization = operation('getPlatformOrganization', {
  summary: 'Get an organization and its settings',
  path: z.object({ orgId: idInPath }),
  responses: { 200: organization },
  errors: ['not_found'],
})

const listPlatformImports = importList('listPlatformImports', {
  summary: 'List bulk loads of accounts, newest first',
  description:
    'Loads of `accounts/*.csv` in the bucket. Here `claimed` counts the accounts that were created or changed.',
})

const getPlatformImport = importGet('getPlatformImport', {
  summary: 'Get a bulk load of accounts and its progress',
})

const putOrganization = operation('putOrganization', {
  summary: 'Create an organization, or change it and keep its settings',
  path: z.object({ orgId: z.string().regex(ORG_ID_PATTERN, { error: 'is no organization id' }) }),
  body: organizationInput,
  responses: { 200: organization, 201: organization },
  errors: ['deletion_begun', 'busy', 'precondition_failed'],
})

const deleteOrganization = operation('deleteOrganization', {
  summary: 'Delete an organization with all its data, in 24 hours',
  description:
    'Permanently deletes its domains, its users, their content and everything else kept for it, except ids in the audit trail. Can be cancelled until `removedAt`; a repeat gets the same answer (O1).',
  path: z.object({ orgId: idInPath }),
  body: deletionInput,
  responses: { 202: deletionAnswer },
  isSoonOver: false,
  errors: ['organization_not_found', 'name_mismatch', 'busy', 'precondition_failed'],
})

const restoreOrganization = operation('restoreOrganization', {
  summary: 'Cancel the deletion of an organization',
  path: z.object({ orgId: idInPath }),
  responses: { 200: organization },
  errors: ['organization_not_found', 'not_being_deleted', 'deletion_begun', 'busy', 'precondition_failed'],
})

const putUser = operation('putUser', {
  summary: 'Create an account, or change it',
  description:
    'The original account of an open claim and the new account of a delayed one cannot be changed (C2, C3). The new account of a direct claim can, except for its organization; if it gets another address, the claimed one stays reserved for the original until the claim ends (C9).',
  path: z.object({ userId: z.string().regex(ACCOUNT_ID_PATTERN, { error: 'is no user id' }) }),
  body: userInput,
  responses: { 200: platformUser, 201: platformUser },
  errors: [
    'invalid_address',
    'unmailable_address',
    'not_found',
    'account_claimed',
    'delayed_claim',
    'email_taken',
    'user_id_taken',
    'unknown_organization',
    'busy',
    'precondition_failed',
  ],
})

const getPlatformUser = operation('getPlatformUser', {
  summary: 'Get an account of any organization',
  path: z.object({ userId: idInPath }),
  responses: { 200: platformUser },
  errors: ['not_found'],
})

const putConversation = operation('putConversation', {
  summary: 'Record a conversation of an account',
  path: z.object({
    userId: idInPath,
    conversationId: z.string().regex(CONVERSATION_ID_PATTERN, { error: 'is no conversation id' }),
  }),
  body: conversationInput,
  responses: { 200: conversation, 201: conversation },
  errors: ['not_found', 'account_migrating', 'delayed_claim', 'busy'],
})

const listConversations = operation('listConversations', {
  summary: "List an account's conversations, by id",
  path: z.object({ userId: idInPath }),
  query: z.strictObject(paging),
  responses: { 200: pageOf(conversation) },
  errors: ['not_found', 'invalid_cursor'],
})

const reportSignIn = operation('reportSignIn', {
  summary: 'Report a sign-in, and learn whether the user has to decide first',
  body: signInInput,
  responses: { 200: signInAnswer },
  errors: ['invalid_address', 'user_not_found', 'busy'],
})

/** What the operations of `platformRoutes` take and answer. */
export const platformOperations = {
  listPlatformOrganizations,
  getPlatformOrganization,
  listPlatformImports,
  getPlatformImport,
  putOrganization,
  deleteOrganization,
  restoreOrganization,
  putUser,
  getPlatformUser,
  putConversation,
  listConversations,
  reportSignIn,
} satisfies { readonly [N in PlatformOperation]: AnyOperation<N> }
