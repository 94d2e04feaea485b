import Box from '@cloudscape-design/components/box'
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { DnsRow } from '../wire.ts'
import { setTxt, useLive } from './api.ts'
import { useOutcomes } from './outcomes.tsx'

/** The TXT records that the service's lookups find. A domain's record is set here instead of at a DNS provider. */
export function Dns() {
  const { data, error } = useLive('dns')
  const { say, fail } = useOutcomes()
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const set = useMutation({ mutationFn: setTxt, onError: fail })
  const isWhole = name.trim() !== '' && value.trim() !== ''
  const add = () => {
    const record = { name: name.trim(), txt: [value.trim()] }
    set.mutate(record, {
      onSuccess() {
        say(`${record.name} has the record.`)
        setName('')
        setValue('')
      },
    })
  }
  if (error !== null && data === undefined) return <Alert type="error">{error.message}</Alert>
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description="To verify a domain: copy name and value from the console’s Domains, set them here, then check the domain there."
          >
            Set a TXT record
          </Header>
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (isWhole) add()
          }}
        >
          <SpaceBetween size="m">
            <Grid gridDefinition={[{ colspan: { default: 12, s: 4 } }, { colspan: { default: 12, s: 8 } }]}>
              <FormField label="Name">
                <Input
                  value={name}
                  onChange={({ detail }) => setName(detail.value)}
                  placeholder="example.com"
                  autoComplete={false}
                  spellcheck={false}
                />
              </FormField>
              <FormField label="Value" stretch>
                <Input
                  value={value}
                  onChange={({ detail }) => setValue(detail.value)}
                  placeholder="user-claims-verification=…"
                  autoComplete={false}
                  spellcheck={false}
                />
              </FormField>
            </Grid>
            <Button formAction="submit" loading={set.isPending} disabled={!isWhole}>
              Set
            </Button>
          </SpaceBetween>
        </form>
      </Container>
      <Table<DnsRow>
        variant="container"
        header={
          <Header variant="h2" counter={`(${data?.length ?? 0})`}>
            TXT records
          </Header>
        }
        trackBy="name"
        items={data ?? []}
        loading={data === undefined}
        loadingText="Loading"
        wrapLines
        columnDefinitions={[
          { id: 'name', header: 'Name', cell: (row) => row.name, isRowHeader: true },
          { id: 'txt', header: 'Values', cell: (row) => <Box variant="code">{row.txt.join(' ')}</Box> },
          {
            id: 'remove',
            header: 'Remove',
            cell: (row) => (
              <Button
                variant="inline-link"
                ariaLabel={`Remove ${row.name}`}
                onClick={() => set.mutate({ name: row.name, txt: [] })}
              >
                Remove
              </Button>
            ),
          },
        ]}
        empty={<Box textAlign="center">No name has a TXT record.</Box>}
      />
    </SpaceBetween>
  )
}
