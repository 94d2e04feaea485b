import { contentLossReasons } from '../rules/claims/content-loss.ts'
import { clean, httpUrl, unlinked } from './clean.ts'
import type { ImportFinished } from './model.ts'
import { greeting, MAX_SUBJECT_NAME_LENGTH } from './greeting.ts'
import { type Block, type MailDocument, paragraph, section } from './document.ts'
import { type Line, line, type Span } from './line.ts'
import type { Writer } from './writer.ts'

const MAX_ERROR_LENGTH = 500
/** I9: columns named in a mail: more than anybody reads, and fewer than a file may have. */
const MAX_NAMED_COLUMNS = 12

/** The result of an import, for the admins. */
export function importDocument(mail: ImportFinished, writer: Writer): MailDocument {
  const { imported: texts, noPassword } = writer.texts
  const { outcome } = mail
  const words = {
    org: writer.organization(mail.organizationName),
    file: writer.file(mail.fileName) ?? '?',
  }
  const file = writer.file(mail.fileName, MAX_SUBJECT_NAME_LENGTH) ?? '?'
  const footer = [texts.why(words), noPassword]
  if (outcome.status === 'failed') {
    return {
      subject: texts.failedSubject({ file }),
      heading: texts.failedHeading(words),
      body: [
        greeting(mail, writer),
        paragraph(texts.failedLead(words)),
        ...section(texts.failedReason),
        {
          kind: 'error',
          message: [unlinked(clean(outcome.error.message, MAX_ERROR_LENGTH))],
          code: [clean(outcome.error.code, MAX_ERROR_LENGTH)],
        },
        paragraph(texts.failedNext),
      ],
      footer,
    }
  }
  const countOf = (key: keyof typeof texts.counts) => ({
    label: texts.counts[key],
    value: [writer.number(outcome[key])],
  })
  const { cancelled } = outcome
  const counts = { file, claimed: writer.number(outcome.claimed), refused: writer.number(outcome.refused) }
  return {
    subject: cancelled ? texts.cancelledSubject(counts) : texts.subject(counts),
    heading: cancelled ? texts.cancelledHeading(words) : texts.heading(words),
    body: [
      greeting(mail, writer),
      paragraph(cancelled ? texts.cancelledLead(words) : texts.lead(words)),
      {
        kind: 'counts',
        counts: [countOf('rowsRead'), countOf('claimed'), countOf('refused'), countOf('unchanged')],
      },
      ...(outcome.claimed > 0 ? [paragraph(texts.informed)] : []),
      ...losses(outcome, writer),
      ...ignoredColumns(outcome, writer),
      ...report(outcome, writer),
    ],
    footer,
  }
}

type Completed = Extract<ImportFinished['outcome'], { status: 'completed' }>

/** I10: how many claims lose their content, by reason. */
function losses({ contentLoss }: Completed, writer: Writer): Block[] {
  const { imported: texts } = writer.texts
  const reasons = contentLossReasons.filter((reason) => (contentLoss[reason] ?? 0) > 0)
  const count = reasons.reduce((sum, reason) => sum + (contentLoss[reason] ?? 0), 0)
  if (count === 0) return []
  return [
    ...section(texts.lossHeading, texts.lossLead({ count, number: writer.number(count) })),
    {
      kind: 'list',
      items: reasons.map((reason) => texts.loss[reason]({ number: writer.number(contentLoss[reason] ?? 0) })),
    },
  ]
}

/** I9 */
function ignoredColumns({ ignoredColumns: names }: Completed, writer: Writer): Block[] {
  const shown = names
    .slice(0, MAX_NAMED_COLUMNS)
    .map((name): Span => writer.name(name, MAX_SUBJECT_NAME_LENGTH) ?? '?')
  const more = names.length - shown.length
  const all: Line[] = [...shown.map((name): Line => [name]), ...(more > 0 ? [[`+ ${more}`]] : [])]
  const columns = all.flatMap((name, index): Span[] => (index === 0 ? [...name] : [', ', ...name]))
  return names.length === 0 ? [] : [paragraph(writer.texts.imported.ignored({ columns }))]
}

function report(outcome: Completed, writer: Writer): Block[] {
  const { imported: texts, linkAsText } = writer.texts
  if (outcome.reportUrl === undefined) return []
  const losesContent = Object.values(outcome.contentLoss).some((count) => count > 0)
  const ends: Line[] =
    outcome.reportUrlEndsAt === undefined
      ? []
      : [texts.reportEnds({ reportEndsAt: writer.instant(outcome.reportUrlEndsAt) })]
  const { cancelled, refused } = outcome
  const sentences = [
    texts.reportHas,
    ...(losesContent ? [texts.reportWithLoss] : []),
    ...(refused > 0 && !cancelled ? [texts.reportToCorrect] : []),
    ...(refused > 0 && cancelled ? [texts.reportOfCancelled] : []),
    ...(refused === 0 && !losesContent ? [texts.reportComplete] : []),
  ]
  return [
    ...section(
      texts.reportHeading,
      sentences.reduce((joined, sentence) => line`${joined} ${sentence}`),
    ),
    { kind: 'link', label: texts.reportButton, asText: linkAsText, url: httpUrl(outcome.reportUrl) },
    ...ends.map(paragraph),
  ]
}
