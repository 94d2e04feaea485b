import { describe, expect, it } from 'vitest'
import { wantsLicenseInvitation } from '../../../../shared/rules/organizations/license-invitations.ts'
import { org } from '../../../support/builders.ts'

describe('wantsLicenseInvitation', () => {
  const silent = org({ settings: { suppressInvitations: true } })

  it('N3: the setting silences the invitations that follow licence assignment', () => {
    expect(wantsLicenseInvitation(org(), {})).toBe(true)
    expect(wantsLicenseInvitation(silent, {})).toBe(false)
  })

  it('N3: so does whoever claimed, for this claim, and never the other way round', () => {
    expect(wantsLicenseInvitation(org(), { noInvitation: true })).toBe(false)
    expect(wantsLicenseInvitation(silent, { noInvitation: true })).toBe(false)
  })

  it('N3: an organization that is gone invites nobody', () => {
    expect(wantsLicenseInvitation(undefined, {})).toBe(false)
  })
})
