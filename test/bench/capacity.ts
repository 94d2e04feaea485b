/*
 * What becomes of one large import under quotas: a model in steps of an hour, since nothing but arithmetic can say what ten
 * million claims do. It knows rates and no details: work is done evenly within an hour, mails leave in the order in which they
 * were queued, and nothing fails.
 */

/** The quotas of an AWS account that matter here. */
export interface Quotas {
  readonly mailsPerSecond: number
  /** In any 24 h. */
  readonly mailsPerDay: number
  readonly importRowsWorkers: number
  readonly migrateWorkers: number
}

/** The speed of one worker, and the capacity of the table. */
export interface Speeds {
  readonly rowsPerWorkerSecond: number
  readonly migrationsPerWorkerSecond: number
  /** Write units a second that a new on-demand table, or one of its indexes, takes before it has grown. */
  readonly tableWritesPerSecond: number
  /** Write units of the table alone, without those of its indexes. */
  readonly writesOfClaim: number
  readonly writesOfMigration: number
}

export interface Outcome {
  readonly importHours: number
  /** The bottleneck of the import. */
  readonly importBoundBy: 'workers' | 'table'
  /** Whether the rate of mails is the limit, as soon as claims are made faster than mails may be sent. */
  readonly isRateMet: boolean
  /** Hours after the upload. Undefined: never. */
  readonly dailyQuotaMetAfter: number | undefined
  readonly lastClaimMail: number | undefined
  readonly lastMail: number | undefined
  /** Claims whose migration waits longer than 14 days, since their users weren’t told in time (M5). */
  readonly held: number
  /** Mails lost because the queue no longer kept them. */
  readonly expired: number
  /** Claims whose first mail was lost. They are held until an admin has it sent again. */
  readonly untold: number
  /** Hours after the upload until the last migration of users who were told. */
  readonly lastMigration: number | undefined
}

const DAY = 24
/** Hours after the claim at which reminders are sent. */
const REMINDERS = [7 * DAY, 11 * DAY, 13 * DAY]
const END = 14 * DAY
/** M5: the least hours between the first mail and the migration. */
const TOLD_BEFORE = 7 * DAY
/** Hours for which SQS keeps a message, its maximum. */
const QUEUE_KEEPS = 14 * DAY
const HOUR_SECONDS = 3600
/** Ten years in hours. Work that isn't over by then never will be. */
const LAST_HOUR = 10 * 365 * DAY
/** Less than half a mail or claim counts as none. */
const NONE = 0.5

interface Waiting {
  readonly kind: 'claim' | 'other'
  readonly queued: number
  readonly created: number
  count: number
}

export function simulate(claims: number, quotas: Quotas, speeds: Speeds): Outcome {
  const byWorkers = quotas.importRowsWorkers * speeds.rowsPerWorkerSecond
  const byTable = speeds.tableWritesPerSecond / speeds.writesOfClaim
  const claimsPerHour = Math.min(byWorkers, byTable) * HOUR_SECONDS
  const migrationsPerHour =
    HOUR_SECONDS *
    Math.min(
      quotas.migrateWorkers * speeds.migrationsPerWorkerSecond,
      speeds.tableWritesPerSecond / speeds.writesOfMigration,
    )
  const mailsPerHour = quotas.mailsPerSecond * HOUR_SECONDS

  const waiting: Waiting[] = []
  const reminders = new Map<number, Waiting[]>()
  const migrations = new Map<number, number>()
  const sent: number[] = []
  let sentInDay = 0
  let left = claims
  let toMigrate = 0
  let held = 0
  let expired = 0
  let untold = 0
  let told = 0
  let migrated = 0
  let dailyQuotaMetAfter: number | undefined
  let lastClaimMail: number | undefined
  let lastMail: number | undefined
  let lastMigration: number | undefined

  const later = (hour: number, mail: Waiting): void => {
    reminders.set(hour, [...(reminders.get(hour) ?? []), mail])
  }

  const create = (hour: number): void => {
    const count = Math.min(left, claimsPerHour)
    if (count <= 0) return
    left -= count
    waiting.push({ kind: 'claim', queued: hour, created: hour, count })
    for (const after of REMINDERS)
      later(hour + after, { kind: 'other', queued: hour + after, created: hour, count })
  }

  const send = (hour: number): void => {
    while (waiting[0] !== undefined && hour - waiting[0].queued > QUEUE_KEEPS) {
      const { kind, count } = waiting[0]
      expired += count
      if (kind === 'claim') untold += count
      waiting.shift()
    }
    sentInDay -= sent[hour - DAY] ?? 0
    const quotaLeft = Math.max(0, quotas.mailsPerDay - sentInDay)
    let room = Math.min(mailsPerHour, quotaLeft)
    let sentNow = 0
    for (let [first] = waiting; first !== undefined && room > 0; [first] = waiting) {
      const count = Math.min(first.count, room)
      first.count -= count
      room -= count
      sentNow += count
      if (first.kind === 'claim') {
        const end = first.created + END
        const isLate = hour > end - TOLD_BEFORE
        const at = isLate ? Math.max(end, hour + TOLD_BEFORE) : end
        if (at > end) held += count
        told += count
        migrations.set(at, (migrations.get(at) ?? 0) + count)
        lastClaimMail = hour + sentNow / mailsPerHour
      }
      lastMail = hour + sentNow / mailsPerHour
      if (first.count < NONE) waiting.shift()
    }
    sent[hour] = sentNow
    sentInDay += sentNow
    if (waiting.length > 0 && quotaLeft <= mailsPerHour)
      dailyQuotaMetAfter ??= hour + quotaLeft / mailsPerHour
  }

  const migrate = (hour: number): void => {
    toMigrate += migrations.get(hour) ?? 0
    migrations.delete(hour)
    const count = Math.min(toMigrate, migrationsPerHour)
    if (count < NONE) return
    toMigrate -= count
    migrated += count
    lastMigration = hour + count / migrationsPerHour
    waiting.push({ kind: 'other', queued: hour, created: hour, count })
  }

  const isOver = (): boolean =>
    left < NONE && waiting.length === 0 && reminders.size === 0 && migrated + NONE > told && toMigrate < NONE
  for (let hour = 0; hour < LAST_HOUR && !(hour > 0 && isOver()); hour++) {
    create(hour)
    waiting.push(...(reminders.get(hour) ?? []))
    reminders.delete(hour)
    migrate(hour)
    send(hour)
  }
  return {
    importHours: claims / claimsPerHour,
    importBoundBy: byWorkers < byTable ? 'workers' : 'table',
    isRateMet: claimsPerHour > mailsPerHour,
    dailyQuotaMetAfter,
    lastClaimMail,
    lastMail,
    held: Math.round(held),
    expired: Math.round(expired),
    untold: Math.round(untold),
    lastMigration,
  }
}
