/** The template's event rules: what is published on a bus and matches goes to their queues. */
import { envelopeOf, type PublishedEvent } from './event-bus.ts'
import type { LocalQueues } from '../sqs/queues.ts'
import { compilePattern } from './event-pattern.ts'
import type { EventRuleDefinition } from '../../template/wiring-events.ts'

export interface EventRuleOptions {
  readonly rules: readonly EventRuleDefinition[]
  readonly queueName: (arn: string) => string
  readonly queues: Pick<LocalQueues, 'send'>
}

/** What to do with each event: on return it is on the queues of the rules that it matches. */
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
