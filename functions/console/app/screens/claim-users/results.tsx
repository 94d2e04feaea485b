import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { codesIn } from '../../i18n/texts/coded.ts'
import { Content, Refusals } from '../../parts/labels.tsx'
import { Failed, Loading } from '../../parts/states.tsx'
import { BASE } from '../../settings.ts'
import { useGo } from '../../shell/go.ts'
import { ImportView } from '../../parts/import-view.tsx'
import { addressOf, type Order } from './order.ts'
import { useImport } from '../../parts/use-upload.ts'

type Result = Schemas['ClaimResult']

const resultTypes: Readonly<Record<Result['result'], StatusIndicatorProps.Type>> = {
  claimed: 'success',
  refused: 'error',
  unchanged: 'info',
}

interface FrameProps {
  readonly title: string
  readonly onAnother: () => void
  readonly children: ReactNode
}

function Frame({ title, onAnother, children }: FrameProps) {
  const { t } = useLocalization()
  const go = useGo()
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={onAnother}>{t.claimUsers.another}</Button>
              <Button variant="primary" onClick={() => go.to('/claims')}>
                {t.claimUsers.toClaims}
              </Button>
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      <Container>{children}</Container>
    </ContentLayout>
  )
}

interface ResultsProps {
  readonly order: Order
  readonly results: readonly Result[]
  readonly onAnother: () => void
}

/** C8: what was done for each user. */
export function Results({ order, results, onAnother }: ResultsProps) {
  const { t, format } = useLocalization()
  const go = useGo()
  const words = t.claimUsers
  const labels = { claimed: words.claimed, refused: words.refused, unchanged: words.unchanged }
  const count = (kind: Result['result']) => results.filter(({ result }) => result === kind).length
  const columns: readonly TableProps.ColumnDefinition<Result>[] = [
    {
      id: 'address',
      minWidth: 200,
      header: words.address,
      isRowHeader: true,
      cell: (result) => {
        const address = <bdi>{addressOf(order, result)}</bdi>
        return result.claim === undefined ? (
          address
        ) : (
          <Link
            href={`${BASE}/claims?claim=${encodeURIComponent(result.claim.claimId)}`}
            onFollow={go.follow}
          >
            {address}
          </Link>
        )
      },
    },
    {
      id: 'result',
      minWidth: 220,
      header: words.result,
      cell: ({ result, codes }) => (
        <StatusIndicator type={resultTypes[result]}>
          {labels[result]}
          {codes.length > 0 && (
            <>
              : <Refusals codes={codes} />
            </>
          )}
        </StatusIndicator>
      ),
    },
    {
      id: 'type',
      minWidth: 130,
      header: words.type,
      cell: ({ claim }) => (claim === undefined ? '–' : t.claimType[claim.type]),
    },
    {
      id: 'content',
      minWidth: 190,
      header: words.content,
      cell: ({ claim }) => (claim === undefined ? '–' : <Content loss={claim.contentLoss} />),
    },
  ]
  return (
    <Frame title={words.resultsTitle} onAnother={onAnother}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={codesIn(labels).map((kind) => ({
            label: labels[kind],
            value: format.number(count(kind)),
          }))}
        />
        <Table
          variant="embedded"
          wrapLines
          items={results}
          columnDefinitions={columns}
          ariaLabels={{ tableLabel: words.resultsTitle }}
        />
      </SpaceBetween>
    </Frame>
  )
}

interface ImportResultsProps {
  readonly importId: string
  readonly onAnother: () => void
}

export function ImportResults({ importId, onAnother }: ImportResultsProps) {
  const { t } = useLocalization()
  const job = useImport(importId)
  const isDone = job.data?.status === 'completed'
  return (
    <Frame title={isDone ? t.claimUsers.importDone : t.claimUsers.importRunning} onAnother={onAnother}>
      {job.error !== null && <Failed error={job.error} onRetry={() => job.refetch()} />}
      {job.data === undefined ? (
        <Loading />
      ) : (
        <SpaceBetween size="l">
          {!isDone && <Alert type="info">{t.claimUsers.importRunningText}</Alert>}
          <ImportView job={job.data} />
        </SpaceBetween>
      )}
    </Frame>
  )
}
