/** The template's event rules: they put events that match onto queues. */
import { envelopeOf, type PublishedEvent } from './event-bus.ts'
import type { LocalQueues } from '../sqs/queues.ts'
import { compilePattern } from './event-pattern.ts'
import type { EventRuleDefinition } from '../../template/wiring-events.ts'

export interface EventRuleOptions {
  readonly rules: readonly EventRuleDefinition[]
  readonly queueName: (arn: string) => string
  readonly queues: Pick<LocalQueues, 'send'>
}

/** Returns the listener for each event. When it returns, the event is on the queues of all rules that match. */
export function createRules({ rules, queueName, queues }: EventRuleOptions): (event: PublishedEvent) => void {
  const compiled = rules.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern) }))
  return (event) => {
    const envelope = envelopeOf(event)
    for (const rule of compiled) {
      if (rule.bus !== event.bus || !rule.matches(envelope)) continue
      for (const arn of rule.queueArns) queues.send(queueName(arn), JSON.stringify(envelope))
    }
  }
}
