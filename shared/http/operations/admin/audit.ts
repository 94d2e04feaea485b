import * as z from 'zod'
import { changeKinds } from '../../../rules/change-kinds.ts'
import { operation } from '../../operation.ts'
import { auditEntry } from '../../schemas/audit.ts'
import { idInPath, instantInput, pageOf, paging } from '../../schemas/common.ts'

const listAudit = operation('listAudit', {
  summary: 'List the audit trail of the organization, or of one claim, newest first',
  description:
    'Has ids and states, no personal data. A change appears within seconds. A page is full as long as there is more, but a request reads 1,000 entries at most, some of which only tell what comes next: a page can be short, or empty, and has a `nextCursor` to go on with.',
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

export const auditOperations = {
  listAudit,
}
