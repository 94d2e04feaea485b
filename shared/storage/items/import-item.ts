import * as z from 'zod'
import { once } from '../../lib/once.ts'
import {
  encodings,
  importKinds,
  importStatuses,
  type RowResult,
  rowResults,
} from '../../rules/enumerations.ts'
import type { ClaimType, ContentLossReason } from '../../rules/types.ts'
import { actor, changeSchema, claimType, contentLossReason } from './fields.ts'
import { jobLeaseSchema } from './job-lease.ts'
import { itemVersion } from './unknown-attributes.ts'

/** Items of imports, of their byte ranges and of their chunks' outcomes. */

/** The org id of the platform's bulk loads; no org can have it. */
export const PLATFORM_ORG_ID = '~platform'
/**
 * The org id of files that were put under no org, or under one that doesn't exist, for operators (`npm run
 * status`).
 */
export const MISPLACED_ORG_ID = '~misplaced'

/** Whether the import belongs to no org, so that nobody is mailed about it. */
export const isOfNoOrg = ({ orgId }: Pick<ImportRecord, 'orgId'>): boolean =>
  orgId === PLATFORM_ORG_ID || orgId === MISPLACED_ORG_ID

/**
 * I11: the error of an import whose upload didn't come while its form was valid. A slow upload may still come
 * later.
 */
export const UPLOAD_MISSED = 'upload_missed'

export const isMissed = ({ error }: Pick<ImportRecord, 'error'>): boolean => error?.code === UPLOAD_MISSED

export const dialectSchema = once(() =>
  z.object({
    encoding: z.enum(encodings),
    bomBytes: z.number(),
    delimiter: z.enum([',', ';', '\t']),
    headerByte: z.number(),
    headerLine: z.number(),
  }),
)

export const errorSchema = once(() =>
  z.object({
    code: z.string(),
    message: z.string(),
    line: z.number().optional(),
    column: z.number().optional(),
  }),
)

const importSchema = once(() =>
  z.object({
    type: z.literal('import'),
    v: itemVersion,
    importId: z.string(),
    orgId: z.string(),
    kind: z.enum(importKinds),
    status: z.enum(importStatuses),
    /** P1: nothing is claimed until it is confirmed. */
    preview: z.literal(true).optional(),
    confirmedAt: z.string().optional(),
    /** N3: the admin who confirmed it wants no invitations to the licences. */
    noInvitations: z.literal(true).optional(),
    /** I12: when it was cancelled; no row is claimed after that. */
    cancelledAt: z.string().optional(),
    fileName: z.string(),
    objectKey: z.string(),
    /** The ETag of the object that is read: a file replaced under its key is another file. */
    etag: z.string().optional(),
    sizeBytes: z.number(),
    createdAt: z.string(),
    createdBy: actor,
    dialect: dialectSchema().optional(),
    header: z.array(z.string()).optional(),
    /** The reading position: bytes and rows read, and the next physical line. */
    bytesRead: z.number(),
    rowsRead: z.number(),
    nextLine: z.number(),
    /** Number of ranges written, and of ranges whose chunks were sent to the row workers. */
    ranges: z.number(),
    rangesSent: z.number(),
    chunks: z.number(),
    /** 0 while it runs: its workers count elsewhere (`import-counts.ts`). Once it has ended, the totals. */
    chunksDone: z.number(),
    accepted: z.number(),
    refused: z.number(),
    unchanged: z.number(),
    error: errorSchema().optional(),
    reportKey: z.string().optional(),
    /**
     * Once it has completed: how often each code was given, and how many claims lose their content, by reason
     * (I10).
     */
    codes: z.record(z.string(), z.number()).optional(),
    contentLoss: z.record(z.string(), z.number()).optional(),
    completedAt: z.string().optional(),
    ...jobLeaseSchema,
    change: changeSchema,
  }),
)

export type ImportRecord = z.output<ReturnType<typeof importSchema>>
export type ImportError = z.output<ReturnType<typeof errorSchema>>

/** A chunk of the file: raw bytes from `startByte` up to `endByte`, that hold `rows` records. */
export interface ChunkRange {
  readonly startByte: number
  readonly endByte: number
  readonly firstLine: number
  readonly rows: number
}

export interface RowOutcome {
  readonly result: RowResult
  readonly codes: readonly string[]
  /** I10: of a claimed row, the claim that was made, and of a claimable one, that would be. */
  readonly made?: MadeClaim
}

export interface MadeClaim {
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason
  /** U1, of a claimable row: deleting the original isn't offered. */
  readonly paid?: true
}

export const rangeSchema = once(() =>
  z.object({
    type: z.literal('import-range'),
    v: itemVersion,
    firstChunk: z.number(),
    /** [startByte, endByte, firstLine, rows] */
    chunks: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  }),
)

export const chunkSchema = once(() =>
  z.object({
    type: z.literal('import-chunk'),
    v: itemVersion,
    chunk: z.number(),
    /** `claimed refused unchanged` */
    counts: z.string(),
    /** One a row: `claimed|type`, `claimed|type|contentLoss`, `claimable|type|contentLoss|paid`, `unchanged|code` or `refused|code|code`. */
    outcomes: z.array(z.string()),
  }),
)

export function encodeOutcome({ result, codes, made }: RowOutcome): string {
  if (made === undefined) return [result, ...codes].join('|')
  const { type, contentLoss = '', paid } = made
  return [result, type, contentLoss, paid ? PAID : ''].join('|').replace(/\|+$/, '')
}

const PAID = 'paid'
const resultSchema = z.enum(rowResults)

export function decodeOutcome(text: string): RowOutcome {
  const [first, ...codes] = text.split('|')
  const result = resultSchema.parse(first)
  if ((result !== 'claimed' && result !== 'claimable') || codes.length === 0) return { result, codes }
  const [type, loss, paid] = codes
  return {
    result,
    codes: [],
    made: {
      type: claimType.parse(type),
      ...(loss ? { contentLoss: contentLossReason.parse(loss) } : {}),
      ...(paid === PAID ? { paid: true } : {}),
    },
  }
}

export function importFromItem(item: Readonly<Record<string, unknown>>): ImportRecord {
  return importSchema().parse(item)
}
