import type * as z from 'zod'
import { auditEntry } from '../schemas/audit.ts'
import {
  claim,
  claimRequest,
  claimResult,
  madeDecision,
  mailKind,
  previewResult,
  refusalCode,
  targetByAddress,
  targetById,
} from '../schemas/claim.ts'
import { claimableUser, exportView } from '../schemas/claimable-user.ts'
import {
  accountStatus,
  claimStatus,
  claimType,
  contentLoss,
  contentLossReason,
  decisionKind,
  fileError,
  userStatus,
} from '../schemas/common.ts'
import { decisionInput, decisionView, signInAnswer, signInInput } from '../schemas/decision.ts'
import { domain, domainInput } from '../schemas/domain.ts'
import { createdImport, importInput, importStatus, importView, upload } from '../schemas/import.ts'
import {
  organization,
  organizationInput,
  organizationKind,
  organizationPatch,
} from '../schemas/organization.ts'
import { outgoingClaim } from '../schemas/outgoing-claim.ts'
import { explanation, problemCode, problemSchema } from '../schemas/problem.ts'
import { count, me, summary } from '../schemas/summary.ts'
import {
  refusedRow,
  sync,
  syncApplied,
  syncCounts,
  syncEntry,
  syncHeld,
  syncInput,
  syncMode,
  syncOutcome,
  syncProgress,
  syncStatus,
  syncSummary,
} from '../schemas/sync.ts'
import { conversation, conversationInput, platformUser, user, userInput, userPatch } from '../schemas/user.ts'

/**
 * Schemas that have a name of their own in `openapi.json`. A named schema becomes one type in a generated client,
 * wherever it is used; an unnamed one becomes a type at each place. Unnamed bodies are named after their operation.
 */
export const namedSchemas = {
  AccountStatus: accountStatus,
  AuditEntry: auditEntry,
  Claim: claim,
  ClaimableUser: claimableUser,
  ClaimRequest: claimRequest,
  ClaimResult: claimResult,
  ClaimStatus: claimStatus,
  ClaimTargetByAddress: targetByAddress,
  ClaimTargetById: targetById,
  ClaimType: claimType,
  ContentLoss: contentLoss,
  ContentLossReason: contentLossReason,
  Caller: me,
  Count: count,
  Conversation: conversation,
  ConversationInput: conversationInput,
  CreatedImport: createdImport,
  Decision: decisionView,
  DecisionInput: decisionInput,
  DecisionKind: decisionKind,
  Domain: domain,
  DomainInput: domainInput,
  Explanation: explanation,
  Export: exportView,
  FileError: fileError,
  Import: importView,
  ImportInput: importInput,
  ImportStatus: importStatus,
  MadeDecision: madeDecision,
  MailKind: mailKind,
  Organization: organization,
  OrganizationInput: organizationInput,
  OrganizationKind: organizationKind,
  OrganizationPatch: organizationPatch,
  OutgoingClaim: outgoingClaim,
  PlatformUser: platformUser,
  PreviewResult: previewResult,
  Problem: problemSchema,
  ProblemCode: problemCode,
  RefusalCode: refusalCode,
  RefusedRow: refusedRow,
  SignIn: signInInput,
  SignInAnswer: signInAnswer,
  Sync: sync,
  SyncApplied: syncApplied,
  SyncCounts: syncCounts,
  SyncEntry: syncEntry,
  SyncHeld: syncHeld,
  SyncInput: syncInput,
  SyncMode: syncMode,
  SyncOutcome: syncOutcome,
  SyncProgress: syncProgress,
  SyncStatus: syncStatus,
  SyncSummary: syncSummary,
  Summary: summary,
  Upload: upload,
  User: user,
  UserInput: userInput,
  UserPatch: userPatch,
  UserStatus: userStatus,
} as const satisfies Record<string, z.ZodType>
