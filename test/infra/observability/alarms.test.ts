import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type FunctionName, functions, logicalId } from '../../../infra/functions.ts'
import { projectRoot } from '../../../infra/project.ts'
import { metricNames } from '../../../shared/lib/metric-names.ts'
import { pausableWork } from '../../../shared/contracts/pausable-work.ts'
import { tableSchema } from '../../../shared/storage/schema.ts'
import { synthesizedTemplate } from '../template.ts'

const template = await synthesizedTemplate()
const runbook = readFileSync(join(projectRoot, 'docs/runbook.md'), 'utf8')

const dimensionsSchema = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value])))
const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema })
const alarmSchema = metricSchema.partial().extend({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()),
  OKActions: z.array(z.string()),
  Metrics: z.array(z.object({ MetricStat: z.object({ Metric: metricSchema }).optional() })).default([]),
})

/** Those of a deployment under way roll it back and wake nobody. */
const alarms = template
  .ofType('AWS::CloudWatch::Alarm')
  .filter(({ id }) => !id.startsWith('Deployments'))
  .map(({ id, properties }) => ({ id, ...alarmSchema.parse(properties) }))
const watched = alarms.flatMap(({ id, MetricName, Namespace, Dimensions = {}, Metrics }) => [
  ...(MetricName === undefined ? [] : [{ id, Namespace, MetricName, Dimensions }]),
  ...Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [{ id, ...MetricStat.Metric }])),
])
const isWatched = (MetricName: string, dimensions: Record<string, string>): boolean =>
  watched.some(
    (each) =>
      each.MetricName === MetricName &&
      JSON.stringify(Object.entries(each.Dimensions).sort()) ===
        JSON.stringify(Object.entries(dimensions).sort()),
  )

/** As the places that show Markdown make them of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
/** What the runbook says beside the alarms' entries. */
const otherHeadings = ['pausing-and-resuming']

const names = Object.keys(functions).filter((name): name is FunctionName => Object.hasOwn(functions, name))

describe('the alarms', () => {
  it('each end with the address of an entry of the runbook, and each entry has an alarm', () => {
    const entries = alarms.map(
      ({ AlarmDescription }) => /^.+\. docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1],
    )
    expect([...new Set(entries)].sort()).toEqual(
      headings.filter((each) => !otherHeadings.includes(each)).sort(),
    )
  })

  it('tell the same topic when it begins and when it is over', () => {
    const [topic, ...others] = template.ofType('AWS::SNS::Topic')
    expect(others).toEqual([])
    for (const { AlarmActions, OKActions } of alarms)
      expect([AlarmActions, OKActions]).toEqual([[topic?.id], [topic?.id]])
  })

  it('watch the age of each queue that a function reads, and the depth of each that holds what failed', () => {
    for (const { id } of template.ofType('AWS::SQS::Queue')) {
      const metric = id.endsWith('DeadLetters')
        ? 'ApproximateNumberOfMessagesVisible'
        : 'ApproximateAgeOfOldestMessage'
      expect(isWatched(metric, { QueueName: `${id}.QueueName` }), id).toBe(true)
    }
  })

  it.each(names)('watch the errors of %s, and its duration unless it uses all its time by design', (name) => {
    const FunctionName = logicalId(name)
    expect(isWatched('Errors', { FunctionName })).toBe(true)
    const handsOn = ['import', 'due', 'migrate', 'sync', 'deletion'].includes(name)
    expect(isWatched('Duration', { FunctionName })).toBe(!handsOn)
  })

  it('watch throttled reads and writes of the table and of each index', () => {
    for (const MetricName of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      expect(isWatched(MetricName, { TableName: 'Table' })).toBe(true)
      for (const { name } of tableSchema.indexes)
        expect(isWatched(MetricName, { TableName: 'Table', GlobalSecondaryIndexName: name })).toBe(true)
    }
  })

  it('watch the stream, the schedules, SES, what it reports, sign-in tokens and the API', () => {
    expect(isWatched('IteratorAge', { FunctionName: logicalId('effects') })).toBe(true)
    expect(isWatched('InvocationDroppedCount', { ScheduleGroup: 'ScheduleGroup' })).toBe(true)
    expect(isWatched('Reputation.BounceRate', {})).toBe(true)
    expect(isWatched('Reputation.ComplaintRate', {})).toBe(true)
    expect(isWatched('FailedInvocations', { RuleName: 'FeedbackRule' })).toBe(true)
    expect(isWatched('Throttles', { FunctionName: logicalId('pool-token') })).toBe(true)
    expect(isWatched('5xx', { ApiId: 'Api' })).toBe(true)
    expect(isWatched('Latency', { ApiId: 'Api' })).toBe(true)
  })

  it("watch the service's own metrics under the names and the namespace that the functions publish them with", () => {
    const own = watched.filter(({ Dimensions }) => 'service' in Dimensions)
    expect(new Set(own.map(({ Namespace }) => Namespace))).toEqual(new Set(['ClaimService']))
    expect(
      own.map(({ MetricName }) => MetricName).filter((name) => !Object.hasOwn(metricNames, name)),
    ).toEqual([])
    for (const work of pausableWork) expect(isWatched('Paused', { service: 'claims', work })).toBe(true)
    for (const name of ['OverdueWork', 'JobsStuck', 'MessagesFailed', 'FilesMisplaced'])
      expect(isWatched(name, { service: 'claims' })).toBe(true)
    for (const name of names)
      expect(template.get(logicalId(name)).properties.Environment).toMatchObject({
        Variables: { POWERTOOLS_METRICS_NAMESPACE: 'ClaimService' },
      })
  })
})

describe('what is watched', () => {
  it('is on one dashboard, with all queues, functions and metrics of the service', () => {
    const [dashboard, ...others] = template.ofType('AWS::CloudWatch::Dashboard')
    expect(others).toEqual([])
    const body = String(dashboard?.properties.DashboardBody)
    const queues = template.ofType('AWS::SQS::Queue').map(({ id }) => `${id}.QueueName`)
    const missing = [...queues, ...names.map(logicalId), ...Object.keys(metricNames)].filter(
      (name) => !body.includes(name),
    )
    expect(missing).toEqual([])
  })

  it('is traced: X-Ray follows each function', () => {
    for (const name of names)
      expect(template.get(logicalId(name)).properties.TracingConfig).toEqual({ Mode: 'Active' })
  })
})
