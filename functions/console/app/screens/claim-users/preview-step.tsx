import Alert from '@cloudscape-design/components/alert'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { Content, Decisions, Refusals } from '../../parts/labels.tsx'
import { addressOf, type Order } from './order.ts'

type Preview = Schemas['PreviewResult']

export const claimableOf = (results: readonly Preview[]): number =>
  results.filter(({ result }) => result === 'claimable').length

interface PreviewStepProps {
  readonly order: Order
  readonly results: readonly Preview[]
}

/** P1: shows what would happen to each user. Refused ones come first, since they need attention. */
export function PreviewStep({ order, results }: PreviewStepProps) {
  const { t, format } = useLocalization()
  const words = t.claimUsers
  const claimable = claimableOf(results)
  const losing = results.filter(({ contentLoss }) => contentLoss !== undefined).length
  const sorted = [...results].sort(
    (a, b) => Number(a.result === 'claimable') - Number(b.result === 'claimable'),
  )
  const columns: readonly TableProps.ColumnDefinition<Preview>[] = [
    {
      id: 'address',
      minWidth: 200,
      header: words.address,
      isRowHeader: true,
      cell: (result) => <bdi>{addressOf(order, result)}</bdi>,
    },
    {
      id: 'result',
      minWidth: 190,
      header: words.result,
      cell: ({ result, codes }) =>
        result === 'claimable' ? (
          <StatusIndicator type="success">{words.claimable}</StatusIndicator>
        ) : (
          <StatusIndicator type="error">
            {words.refused}: <Refusals codes={codes} />
          </StatusIndicator>
        ),
    },
    {
      id: 'type',
      minWidth: 130,
      header: words.type,
      cell: ({ type }) => (type === undefined ? '–' : t.claimType[type]),
    },
    {
      id: 'content',
      minWidth: 190,
      header: words.content,
      cell: ({ result, contentLoss }) => (result === 'claimable' ? <Content loss={contentLoss} /> : '–'),
    },
    {
      id: 'options',
      minWidth: 260,
      header: words.options,
      cell: ({ allowedDecisions = [] }) => <Decisions kinds={allowedDecisions} />,
    },
    {
      id: 'licenses',
      minWidth: 110,
      header: words.licenses,
      cell: ({ licenses = [] }) => (licenses.length === 0 ? '–' : format.list(licenses)),
    },
    {
      id: 'mails',
      minWidth: 260,
      header: words.mails,
      cell: ({ mails = [] }) =>
        mails.length === 0 ? '–' : mails.map((kind) => t.mailKind[kind]).join(' · '),
    },
  ]
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          { label: words.claimable, value: format.number(claimable) },
          { label: words.refused, value: format.number(results.length - claimable) },
          { label: words.ofWhichLose, value: format.number(losing) },
        ]}
      />
      {claimable === 0 && <Alert type="warning">{words.allRefused}</Alert>}
      <Table
        variant="embedded"
        wrapLines
        items={sorted}
        columnDefinitions={columns}
        ariaLabels={{ tableLabel: words.steps.preview }}
      />
    </SpaceBetween>
  )
}
