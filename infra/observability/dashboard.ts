import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard as Board, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { AlarmSources } from './alarm-specs.ts'
import * as metrics from './metrics.ts'

const period = Duration.minutes(5)

/** Three widgets per row: a dashboard is 24 units wide. */
const WIDTH = 8
const FULL_WIDTH = 24

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], width: WIDTH })

/** One page with every metric that the alarms use, and the business metrics. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, sources: AlarmSources) {
    super(scope, id)
    const { namespace, queues, jobs, tableName, indexes, scheduleGroup, api } = sources
    const own = (name: Parameters<typeof metrics.own>[1], statistic = 'Sum') =>
      metrics.own(namespace, name, period, statistic)
    const functions = Object.values(jobs).map(({ fn }) => fn)
    const all = queues.allWork
    new Board(this, 'Board', {
      dashboardName: Stack.of(this).stackName,
      widgets: [
        [
          new TextWidget({
            markdown: 'What each alarm means, and what to do: `docs/runbook.md`',
            width: FULL_WIDTH,
            height: 1,
          }),
        ],
        [
          graph('Claims', [own('ClaimsCreated'), own('ClaimsRefused'), own('ClaimsEnded')]),
          graph('Mails', [own('MailsSent'), own('MailsLate'), own('MailsReturned')]),
          graph(
            'Migrations and deletions',
            [own('Migrations'), own('Deletions')],
            [own('MigrationLateness', 'p90')],
          ),
        ],
        [
          graph('Long jobs', [own('JobsRunning', 'Maximum'), own('JobsStuck', 'Maximum')]),
          graph('Due work: how late (s)', [own('OverdueWork', 'Maximum')], [own('Paused', 'Maximum')]),
          graph('Messages that failed, files misplaced', [own('MessagesFailed'), own('FilesMisplaced')]),
        ],
        [
          graph(
            'Queues: messages',
            all.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
          ),
          graph(
            'Queues: age of the oldest (s)',
            all.map((queue) => queue.metricApproximateAgeOfOldestMessage({ period })),
          ),
          graph(
            'Dead letters',
            queues.allDeadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
          ),
        ],
        [
          graph(
            'Functions: errors',
            functions.map((fn) => fn.metricErrors({ period })),
            functions.map((fn) => fn.metricThrottles({ period })),
          ),
          graph(
            'Functions: duration, p99 (ms)',
            functions.map((fn) => fn.metricDuration({ period, statistic: 'p99' })),
          ),
          graph(
            'Stream: how far behind (ms)',
            jobs.effects === undefined ? [] : [metrics.iteratorAge(jobs.effects.fn, period)],
          ),
        ],
        [
          graph('API: requests and errors', [
            api.metricCount({ period }),
            api.metricClientError({ period }),
            api.metricServerError({ period }),
          ]),
          graph('API: latency (ms)', [
            api.metricLatency({ period, statistic: 'p50' }),
            api.metricLatency({ period, statistic: 'p99' }),
          ]),
          graph(
            'Table: throttled',
            [undefined, ...indexes].map((index) => metrics.throttles(tableName, index, period)),
          ),
        ],
        [
          graph(
            'SES: bounce and complaint rate',
            [metrics.reputation('BounceRate', period)],
            [metrics.reputation('ComplaintRate', period)],
          ),
          graph('Schedules that were dropped', [metrics.droppedSchedules(scheduleGroup, period)]),
        ],
      ],
    })
  }
}
