import * as z from 'zod'
import { fileError, instant, sendInvitationsInput } from './common.ts'
import { encodings, importStatuses, rowResults } from '../../rules/enumerations.ts'

const MAX_FILE_NAME_LENGTH = 255
/** Some ten million rows. S3 would accept 5 GiB in one upload. */
export const MAX_IMPORT_BYTES = 1024 ** 3

export const importInput = z
  .strictObject({
    fileName: z.string().trim().min(1).max(MAX_FILE_NAME_LENGTH),
    sizeBytes: z
      .int()
      .min(1)
      .max(MAX_IMPORT_BYTES)
      .meta({ description: 'Size of the file in bytes. The upload may not be larger.' }),
    preview: z.boolean().optional().meta({
      description:
        'True: nobody is claimed or mailed. The import ends as `previewed`, with counts and a report of what would happen, and waits for confirmImport (P1).',
    }),
  })
  .meta({ examples: [{ fileName: 'people.csv', sizeBytes: 48_213 }] })

export const importStatus = z.enum(importStatuses)

export const upload = z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).meta({
  description:
    'A form to POST as multipart/form-data within 15 minutes: the fields as they are, then the CSV as `file`.',
})

export const createdImport = z
  .object({
    importId: z.string(),
    status: importStatus,
    upload,
  })
  .meta({
    examples: [
      {
        importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        status: 'waiting',
        upload: {
          url: 'https://uploads.example/',
          fields: {
            key: 'imports/dunes-bv/01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7.csv',
            bucket: 'claim-service-files',
            'Content-Type': 'text/csv',
            'Content-Disposition': 'attachment',
            'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
            Policy: 'eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMlQxMjoxNTowMFoifQ==',
            'X-Amz-Signature': '4f5c0d1e',
          },
        },
      },
    ],
  })

export const importView = z
  .object({
    importId: z.string(),
    fileName: z.string(),
    status: importStatus,
    sizeBytes: z.int(),
    createdAt: instant,
    completedAt: instant.optional(),
    rowsRead: z.int(),
    claimed: z.int(),
    claimable: z.int().optional().meta({
      description:
        'Only for a preview: rows whose accounts would be claimed (P1). A person who is in the file twice, far apart, is counted twice.',
    }),
    refused: z.int().meta({
      description: 'Refused rows, including those that were not handled because the import was cancelled.',
    }),
    unchanged: z.int().meta({ description: 'Rows for accounts that the organization is claiming already.' }),
    percent: z.int().min(0).max(100),
    createdBy: z.string().meta({
      description:
        'Who requested it: `admin:…`, or, for a file put directly into the bucket, `s3:…` with the principal that S3 names (C10).',
    }),
    preview: z.boolean().optional().meta({ description: 'Whether it was requested as a preview (P1).' }),
    confirmedAt: instant
      .optional()
      .meta({ description: 'When its preview was confirmed. Each row is then checked again.' }),
    cancelledAt: instant.optional().meta({
      description: 'When it was cancelled. Rows not handled by then are refused as `cancelled` (I12).',
    }),
    encoding: z.enum(encodings).optional().meta({
      description:
        'The encoding in which the file was read. Names look wrong if the file was written in another (I1).',
    }),
    ignoredColumns: z
      .array(z.string())
      .meta({ description: 'Columns of the file that were ignored because their names are unknown (I9).' }),
    codes: z.record(z.string(), z.int()).meta({
      description: 'How many rows were answered with each code. Empty until the import has completed.',
    }),
    contentLoss: z.record(z.string(), z.int()).meta({
      description:
        'How many claims lose their content, by reason (I10). Empty until the import has completed.',
    }),
    error: fileError
      .optional()
      .meta({ description: 'Why the file was refused as a whole. Nobody was claimed (I2).' }),
    reportUrl: z
      .string()
      .optional()
      .meta({ description: 'The address of the report CSV, valid for 15 minutes.' }),
  })
  .meta({
    examples: [
      {
        importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        fileName: 'people.csv',
        status: 'running',
        sizeBytes: 48_213,
        createdAt: '2026-11-22T12:00:00.000Z',
        rowsRead: 1200,
        claimed: 512,
        refused: 84,
        unchanged: 4,
        percent: 55,
        createdBy: 'admin:ada',
        encoding: 'utf-8',
        ignoredColumns: ['Department'],
        codes: {},
        contentLoss: {},
      },
    ],
  })

export const importConfirmation = z
  .strictObject({
    sendInvitations: sendInvitationsInput,
    acknowledgePermanent: z.boolean().optional().meta({
      description: 'Acknowledges that claims are permanent (T6). Without it nobody is claimed.',
    }),
  })
  .meta({ examples: [{ acknowledgePermanent: true }] })

export const rowResult = z.enum(rowResults)

/** Longer than any code. Unknown codes aren't refused, since newer versions have more of them; they match no row. */
const MAX_CODE_LENGTH = 64

export const rowCode = z
  .string()
  .regex(/^[a-z_]+$/)
  .max(MAX_CODE_LENGTH)
  .meta({ description: 'Only rows that were answered with this code.', examples: ['unknown_user'] })

export const importRow = z
  .object({
    line: z.int().min(1).meta({ description: 'The line of the file on which the row begins.' }),
    email: z.string().optional().meta({ description: 'The address as written in the file.' }),
    userId: z.string().optional().meta({
      description:
        'Present instead of `email` if the cell does not contain an address: a user id, as a rule.',
    }),
    result: rowResult,
    codes: z.array(z.string()),
    message: z.string().meta({
      description: "For people, in the organization's language; empty if there is nothing to report.",
    }),
    claimId: z
      .string()
      .optional()
      .meta({ description: 'The claim that the row made, or that already existed.' }),
  })
  .meta({
    examples: [
      {
        line: 3,
        email: 'bob@noordzee.example',
        result: 'refused',
        codes: ['source_uses_sso'],
        message: "The account's organization uses single sign-on, so its accounts can't be claimed.",
      },
    ],
  })
