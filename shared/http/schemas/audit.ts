import * as z from 'zod'
import { instant } from './common.ts'

const state = z.record(z.string(), z.unknown())

export const auditEntry = z
  .object({
    id: z.string().meta({ description: "The same as the event's on the platform's bus (A2)." }),
    at: instant,
    by: z.string().meta({
      description:
        'Who: `admin:…`, `s3:…` (who put a file into the bucket, as S3 names them), `user:…`, `platform:…`, `import:…`, `sync:…`, `mail:…`, or which `schedule:…`.',
    }),
    what: z.string(),
    subject: z
      .string()
      .meta({ description: "A claim's or a user's id, or `domain:…`, `import:…` and so on." }),
    before: state.optional().meta({ description: 'Ids and states; absent for a new record.' }),
    after: state.optional(),
  })
  .meta({
    examples: [
      {
        id: 'dunes-bv/clm~acc00042~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7/2026-11-23T08:00:00.000Z#3',
        at: '2026-11-23T08:00:00.000Z',
        by: 'admin:ada',
        what: 'claim.revoked',
        subject: 'clm~acc00042~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        before: { claimStatus: 'open', version: 1 },
        after: { claimStatus: 'revoked', version: 2 },
      },
    ],
  })
