import { describe, expect, it } from 'vitest'
import { leaseAttributes, leaseOf } from '../../../../shared/storage/items/job-lease.ts'
import { duePlaceOf } from '../../../../shared/storage/keys.ts'

describe('the lease of a job', () => {
  const lease = { dueAt: '2026-03-01T09:45:15Z', progressSeen: '3/1', resumptions: 2 }

  it('is stored with its place among the jobs of the due index, and read again', () => {
    const attributes = leaseAttributes('job-1', lease)
    expect(leaseOf(attributes)).toEqual(lease)
    expect(duePlaceOf(attributes)).toMatchObject({ kind: 'job', at: lease.dueAt })
    expect(leaseOf({ dueAt: lease.dueAt })).toEqual({ dueAt: lease.dueAt, progressSeen: '', resumptions: 0 })
  })

  it('is nothing of a job that isn’t running', () => {
    expect(leaseOf({ leaseSeen: '3/1', leaseTakes: 2 })).toBeUndefined()
    expect(leaseAttributes('job-1', undefined)).toEqual({
      dueShard: undefined,
      dueAt: undefined,
      leaseSeen: undefined,
      leaseTakes: undefined,
    })
  })
})
