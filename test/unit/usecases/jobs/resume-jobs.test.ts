import { describe, expect, it } from 'vitest'
import { type JobState, reportJobState } from '../../../../shared/usecases/jobs/resume-jobs.ts'
import { recordedLog } from '../../../support/fakes.ts'
import { fakeMetrics } from '../../../support/metrics.ts'

function told(outcome: JobState['outcome']) {
  const [log, metrics] = [recordedLog(), fakeMetrics()]
  reportJobState({ log, metrics }, 'import', { outcome }, { importId: 'i' })
  return {
    lines: log.lines.map(({ level, code }) => `${level} ${code}`),
    running: metrics.total('JobsRunning', 'import'),
    stuck: metrics.total('JobsStuck', 'import'),
  }
}

describe('a look at a long job', () => {
  it('says nothing where nothing was due', () => {
    for (const outcome of ['nothing_due', 'early'] as const)
      expect(told(outcome)).toEqual({ lines: [], running: 0, stuck: 0 })
  })

  it('counts one that gets on as running, and one that does not as stuck besides, for an alarm', () => {
    expect(told('advancing')).toEqual({ lines: ['info job.advancing'], running: 1, stuck: 0 })
    expect(told('stalled')).toEqual({ lines: ['warn job.taken_up'], running: 1, stuck: 1 })
    expect(told('stuck')).toEqual({ lines: ['error job.stuck'], running: 1, stuck: 1 })
  })
})
