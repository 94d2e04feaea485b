import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { moveClock, useLive } from './api.ts'
import { timeText } from './format.ts'
import { useOutcomes } from './outcomes.tsx'

const jumps = [
  ['1 minute', 'PT1M'],
  ['1 hour', 'PT1H'],
  ['1 day', 'P1D'],
  ['7 days', 'P7D'],
  ['14 days', 'P14D'],
  ['30 days', 'P30D'],
] as const

/** Parses `2026-12-01 09:00` or ISO 8601; undefined for anything else. */
function timeOf(text: string): string | undefined {
  const trimmed = text.trim().replace(' ', 'T')
  const time = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(trimmed) ? trimmed : `${trimmed}Z`)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

/** Shows the service's clock and moves it. Everything that falls due on the way happens, in order. */
export function Clock() {
  const state = useLive('state')
  const { say, fail } = useOutcomes()
  const [wanted, setWanted] = useState('')
  const [fault, setFault] = useState('')
  const move = useMutation({
    mutationFn: moveClock,
    onSuccess: ({ now, fired, settled }) =>
      say(
        `It is ${timeText(now)} UTC. ${fired.length} schedules fired${settled ? '.' : '; some work is still going on.'}`,
      ),
    onError: fail,
  })
  const go = () => {
    const to = timeOf(wanted)
    setFault(to === undefined ? 'Write it as 2026-12-01 09:00' : '')
    if (to !== undefined) move.mutate({ to })
  }
  return (
    <Container header={<Header variant="h2">The service’s clock</Header>}>
      <SpaceBetween size="m">
        <Box variant="awsui-value-large">
          <span data-testid="now">{state.data === undefined ? '…' : `${timeText(state.data.now)} UTC`}</span>
        </Box>
        <SpaceBetween size="xs" direction="horizontal">
          {jumps.map(([text, advance]) => (
            <Button key={advance} disabled={move.isPending} onClick={() => move.mutate({ advance })}>
              {`${text} later`}
            </Button>
          ))}
        </SpaceBetween>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            go()
          }}
        >
          <Form>
            <FormField label="To a given time (UTC)" errorText={fault}>
              <SpaceBetween size="xs" direction="horizontal">
                <Input
                  value={wanted}
                  onChange={({ detail }) => setWanted(detail.value)}
                  placeholder="2026-12-01 09:00"
                  autoComplete={false}
                />
                <Button formAction="submit" loading={move.isPending} loadingText="The clock moves">
                  Go there
                </Button>
              </SpaceBetween>
            </FormField>
          </Form>
        </form>
      </SpaceBetween>
    </Container>
  )
}
