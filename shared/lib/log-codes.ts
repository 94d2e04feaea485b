/**
 * The log's messages by code. Queries and alarms rely on the codes, so those stay; the texts may change.
 * `docs/runbook.md` has the queries.
 */
export const logCodes = {
  'http.answered': 'A request was answered',
  'http.failed': 'A request failed for a reason that is ours',
  'http.unavailable': 'A request could not be carried out at this moment, and may be made again',
  'message.failed': 'A message failed and is delivered again',
  'message.set-aside': 'A message failed for good and was put with the dead letters',
  'messages.held': 'Messages wait for a reason that is known, and are delivered again',
  'message.stuck': 'A message failed, and could neither be given back nor set aside',
  'decision.made': 'A decision was asked for',
  'decision.confirmed': 'A new address was to be confirmed',
  'due.taken': 'What is due was handed on',
  'effects.sent': 'What follows from a batch of changes was sent on',
  'upload.ignored': 'An object was put into the bucket that is no CSV: a folder, or a file of another kind',
  'upload.misplaced':
    'A file was put into the bucket under no organization that exists: npm run status names it',
  'import.advanced': 'An uploaded file was read on',
  'chunk.handled': "A chunk of an import's rows was handled",
  'report.written': "An import's report was written, or needn't be",
  'export.written': "An export was written, or needn't be",
  'mail.handled': "Mails were sent, or needn't be",
  'feedback.taken': 'A bounce or a complaint was recorded',
  'migration.handled': "What is due on claims was done, or needn't be",
  'deletion.handled': "A deletion was taken on, or needn't be",
  'sync.arrived': 'A directory was uploaded',
  'sync.stepped': 'A step of a sync was done',
  'job.advancing': 'A long job was looked at, and gets on by itself',
  'job.taken_up': "A long job hadn't got on, and was taken up again",
  'job.stuck': 'A long job was taken up time after time in vain: somebody has to look',
} as const

export type LogCode = keyof typeof logCodes
