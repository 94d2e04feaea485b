import * as z from 'zod'
import { changeKinds } from '../../../rules/change-kinds.ts'
import { operation } from '../../operation.ts'
import { auditEntry } from '../../schemas/audit.ts'
import { idInPath, instantInput, pageOf, paging } from '../../schemas/common.ts'

const listAudit = operation('listAudit', {
  summary: 'List the audit trail of the organization, or of one claim, newest first',
  description:
    'Contains ids and states, no personal data. A change appears within seconds. A request reads 1,000 entries at most, so a page can be short or empty without being the last: it then has a `nextCursor` to continue from.',
  query: z.strictObject({
    ...paging,
    claimId: idInPath.optional(),
    what: z.enum(changeKinds).optional().meta({ description: 'Only changes of this kind.' }),
    since: instantInput.optional().meta({
      description: 'Only changes at this instant or later.',
      examples: ['2026-11-22T12:00:00Z'],
    }),
  }),
  responses: { 200: pageOf(auditEntry) },
  errors: ['invalid_cursor', 'not_found'],
})

export const auditOperations = {
  listAudit,
}
