import { describe, expect, it } from 'vitest'
import { wantsLicenseInvitations } from '../../../../shared/rules/organizations/license-invitations.ts'
import { org } from '../../../support/builders.ts'

describe('wantsLicenseInvitations', () => {
  it('N3: the setting silences the invitations that follow licence assignment', () => {
    expect(wantsLicenseInvitations(org())).toBe(true)
    expect(wantsLicenseInvitations(org({ settings: { suppressInvitations: true } }))).toBe(false)
  })

  it('N3: an organization that is gone invites nobody', () => {
    expect(wantsLicenseInvitations(undefined)).toBe(false)
  })
})
