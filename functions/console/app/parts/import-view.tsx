import Alert from '@cloudscape-design/components/alert'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { explanationOf } from '../api/problem.ts'
import type { Schemas } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'
import type { Texts } from '../i18n/texts/en.ts'

type Import = Schemas['Import']

/** Our text for a code; without one, the code itself, which `/problems/{code}` explains. */
export const wordsOf = (texts: Readonly<Record<string, string>>, code: string): string => texts[code] ?? code

/** The codes that rows were answered with, and how often each. */
function Codes({ codes, t }: { readonly codes: Readonly<Record<string, number>>; readonly t: Texts }) {
  const { format } = useLocalization()
  return (
    <Table
      variant="embedded"
      wrapLines
      items={Object.entries(codes).map(([code, count]) => ({ code, count }))}
      ariaLabels={{ tableLabel: t.claimUsers.reason }}
      columnDefinitions={[
        {
          id: 'code',
          header: t.claimUsers.reason,
          isRowHeader: true,
          cell: ({ code }) => (
            <Link external href={explanationOf(code)} externalIconAriaLabel={t.opensNewTab}>
              {wordsOf(t.refusal, code)}
            </Link>
          ),
        },
        { id: 'count', header: t.claimUsers.rowsRead, cell: ({ count }) => format.number(count) },
      ]}
    />
  )
}

/** The progress and the results of an import or its preview. */
export function ImportView({ job }: { readonly job: Import }) {
  const { t, format } = useLocalization()
  const words = t.claimUsers
  const losing = Object.values(job.contentLoss).reduce((sum, each) => sum + each, 0)
  if (job.status === 'failed') {
    return (
      <Alert type="error" header={words.fileFailed}>
        {job.error?.message}
      </Alert>
    )
  }
  const isOver = job.status === 'previewed' || job.status === 'completed'
  return (
    <SpaceBetween size="l">
      {!isOver && (
        <ProgressBar
          value={job.percent}
          label={job.confirmedAt === undefined ? words.fileReading : words.importRunning}
          description={<bdi>{job.fileName}</bdi>}
        />
      )}
      <KeyValuePairs
        columns={4}
        items={[
          { label: words.rowsRead, value: format.number(job.rowsRead) },
          job.status === 'previewed'
            ? { label: words.claimable, value: format.number(job.claimable ?? 0) }
            : { label: words.claimed, value: format.number(job.claimed) },
          { label: words.refused, value: format.number(job.refused) },
          { label: words.ofWhichLose, value: format.number(losing) },
        ]}
      />
      {job.encoding === 'windows-1252' && <Alert type="warning">{words.encoding}</Alert>}
      {job.ignoredColumns.length > 0 && (
        <Alert type="info">{words.ignoredColumns(format.list(job.ignoredColumns))}</Alert>
      )}
      {isOver && job.reportUrl !== undefined && (
        <StatusIndicator type="info">
          <Link href={job.reportUrl}>{words.report}</Link>
        </StatusIndicator>
      )}
      {Object.keys(job.codes).length > 0 && <Codes codes={job.codes} t={t} />}
    </SpaceBetween>
  )
}
