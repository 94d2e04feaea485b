import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { MailRow } from '../wire.ts'
import { useLive, useMail } from './api.ts'
import { timeText } from './format.ts'

const deliveryStatuses = {
  sent: <StatusIndicator type="success">Sent</StatusIndicator>,
  bounced: <StatusIndicator type="error">Bounced</StatusIndicator>,
  complained: <StatusIndicator type="warning">Complained about</StatusIndicator>,
} as const

/** Shows a mail like a mail program: as an untrusted document in a sandbox, without scripts. */
function Mail({ position }: { readonly position: string }) {
  const { data, error } = useMail(position)
  if (error !== null) return <Alert type="error">{error.message}</Alert>
  if (data === undefined) return <StatusIndicator type="loading">Loading</StatusIndicator>
  return (
    <Container header={<Header variant="h2">{data.subject}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'To', value: data.to.join(', ') },
            { label: 'From', value: data.from },
            { label: 'Sent (UTC)', value: timeText(data.sentAt) },
            { label: 'What became of it', value: deliveryStatuses[data.deliveryStatus] },
          ]}
        />
        {data.hasHtml && (
          <iframe
            className="mail"
            title="The mail"
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            src={`/messages/${position}/html`}
          />
        )}
        <details>
          <summary>As text</summary>
          <pre className="text">{data.text}</pre>
        </details>
      </SpaceBetween>
    </Container>
  )
}

export function Mails() {
  const [query, setQuery] = useSearchParams()
  const to = query.get('to') ?? ''
  const chosen = query.get('mail')
  const before = query.get('before') ?? undefined
  const [typed, setTyped] = useState(to)
  const { data, error } = useLive('mails', { to, before })
  const change = (changes: Readonly<Record<string, string | undefined>>) =>
    setQuery((old) => {
      const next = new URLSearchParams(old)
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === '') next.delete(name)
        else next.set(name, value)
      }
      return next
    })
  if (error !== null && data === undefined) return <Alert type="error">{error.message}</Alert>
  const table = (
    <Table<MailRow>
      variant="container"
      selectionType="single"
      trackBy="position"
      items={data?.mails ?? []}
      selectedItems={data?.mails.filter(({ position }) => position === chosen) ?? []}
      onSelectionChange={({ detail }) => change({ mail: detail.selectedItems[0]?.position })}
      onRowClick={({ detail }) => change({ mail: detail.item.position })}
      loading={data === undefined}
      loadingText="Loading"
      wrapLines
      ariaLabels={{
        selectionGroupLabel: 'Mails',
        itemSelectionLabel: (_, row) => `${row.subject} to ${row.to.join(', ')}`,
      }}
      header={
        <Header
          variant="h2"
          counter={`(${data?.total ?? 0})`}
          description="What the service has sent; it goes no further than here."
        >
          Inbox
        </Header>
      }
      filter={
        <TextFilter
          filteringText={typed}
          filteringPlaceholder="someone@example.com"
          filteringAriaLabel="Mails to this address"
          onChange={({ detail }) => setTyped(detail.filteringText)}
          onDelayedChange={({ detail }) =>
            change({ to: detail.filteringText, before: undefined, mail: undefined })
          }
        />
      }
      columnDefinitions={[
        { id: 'subject', header: 'Subject', cell: (row) => row.subject, isRowHeader: true, minWidth: 180 },
        { id: 'to', header: 'To', cell: (row) => row.to.join(', ') },
        { id: 'sent', header: 'Sent (UTC)', cell: (row) => timeText(row.sentAt) },
        { id: 'deliveryStatus', header: 'Became', cell: (row) => deliveryStatuses[row.deliveryStatus] },
      ]}
      empty={
        <Box textAlign="center">{to === '' ? 'No mail has been sent yet.' : 'No mail to this address.'}</Box>
      }
      footer={
        <SpaceBetween size="xs" direction="horizontal">
          {before !== undefined && <Button onClick={() => change({ before: undefined })}>Newest</Button>}
          {data?.before !== undefined && (
            <Button onClick={() => change({ before: data.before })}>Older</Button>
          )}
        </SpaceBetween>
      }
    />
  )
  if (chosen === null) return table
  return (
    <Grid gridDefinition={[{ colspan: { default: 12, m: 6 } }, { colspan: { default: 12, m: 6 } }]}>
      {table}
      <Mail key={chosen} position={chosen} />
    </Grid>
  )
}
