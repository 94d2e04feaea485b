import { describe, expect, it } from 'vitest'
import {
  planOrganization,
  planSettings,
  type SettingsPatch,
  sameOrganization,
} from '../../../../shared/rules/organizations/organization-changes.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import { org, T0 } from '../../../support/builders.ts'

describe('planOrganization', () => {
  it('T1: a new org lets users bring their content along, since nobody chose to lose it', () => {
    expect(planOrganization(undefined, { orgId: 'o', name: 'O', kind: 'enterprise' }, T0)).toEqual({
      orgId: 'o',
      name: 'O',
      kind: 'enterprise',
      region: '',
      createdAt: T0.toISOString(),
      sso: false,
      directorySync: false,
      adminEmails: [],
      settings: {
        allowContentMigration: true,
        suppressInvitations: false,
        licenseTemplate: [],
        retentionDays: null,
        locale: 'en',
      },
    })
  })

  it("T1: what the platform doesn't say stays as it is, and so do the admins' settings", () => {
    const current = org({ sso: true, directorySync: true, settings: { allowContentMigration: false } })
    const { orgId, kind } = current
    expect(planOrganization(current, { orgId, kind, name: 'Noordzee NV' }, T0)).toEqual({
      ...current,
      name: 'Noordzee NV',
    })
  })

  it('E: what the platform says is taken over, switched off or empty as it may be', () => {
    const current = org({ sso: true, directorySync: true })
    const { settings, ...word } = org({
      kind: 'consumer',
      region: 'us',
      createdAt: '2024-01-01T00:00:00Z',
      adminEmails: [],
    })
    expect(planOrganization(current, word, T0)).toEqual({ ...word, settings: current.settings })
  })
})

describe('planSettings', () => {
  const current = org({ directorySync: true, settings: { retentionDays: 30, allowContentMigration: true } })

  it('T1: an empty patch changes nothing', () => {
    expect(planSettings(current, {})).toEqual(current)
  })

  it.each<[keyof SettingsPatch, SettingsPatch]>([
    ['allowContentMigration', { allowContentMigration: false }],
    ['suppressInvitations', { suppressInvitations: true }],
    ['licenseTemplate', { licenseTemplate: [] }],
    ['retentionDays', { retentionDays: 7 }],
    ['locale', { locale: 'de' }],
  ])('T1: a patch of %s changes that and nothing else', (_, patch) => {
    expect(planSettings(current, patch)).toEqual({ ...current, settings: { ...current.settings, ...patch } })
  })

  it('U3: conversations can be kept for ever again', () => {
    expect(planSettings(current, { retentionDays: null }).settings.retentionDays).toBeNull()
  })

  it('Y1: directory synchronisation is switched off by its admins', () => {
    expect(planSettings(current, { directorySync: false })).toEqual({ ...current, directorySync: false })
  })
})

describe('sameOrganization', () => {
  it('C6: an org is the same, in whatever order its settings were stored', () => {
    const { allowContentMigration, ...others } = org().settings
    const settings = { ...others, allowContentMigration }
    expect(sameOrganization(org(), { ...org(), settings })).toBe(true)
  })

  it.each<[string, Organization]>([
    ['orgId', org({ orgId: 'other' })],
    ['name', org({ name: 'Other' })],
    ['kind', org({ kind: 'consumer' })],
    ['region', org({ region: 'us' })],
    ['createdAt', org({ createdAt: '2024-01-01T00:00:00Z' })],
    ['sso', org({ sso: true })],
    ['directorySync', org({ directorySync: true })],
    ['adminEmails', org({ adminEmails: [] })],
    ['a setting', org({ settings: { retentionDays: 1 } })],
  ])('A1: a change of %s makes it another, which is written and told', (_, changed) => {
    expect(sameOrganization(org(), changed)).toBe(false)
  })
})

describe('what an organization’s mails say', () => {
  const withBoth = org({ settings: { contact: 'it@noordzee.example', timeZone: 'Europe/Amsterdam' } })

  it('N5: a contact is set, kept where nothing is said of it, and taken away by null', () => {
    const set = planSettings(org(), { contact: 'help@noordzee.example' })
    expect(set.settings).toEqual({ ...org().settings, contact: 'help@noordzee.example' })
    expect(planSettings(withBoth, {}).settings).toEqual(withBoth.settings)
    expect(planSettings(withBoth, { contact: null }).settings).toEqual({
      ...org().settings,
      timeZone: 'Europe/Amsterdam',
    })
    expect(planSettings(org(), {}).settings).not.toHaveProperty('contact')
  })

  it('N5: a time zone is set, and kept where nothing is said of it', () => {
    expect(planSettings(org(), { timeZone: 'Europe/Paris' }).settings.timeZone).toBe('Europe/Paris')
    expect(planSettings(withBoth, { timeZone: 'UTC' }).settings.timeZone).toBe('UTC')
    expect(planSettings(org(), {}).settings).not.toHaveProperty('timeZone')
  })

  it('A1: settings are compared whatever order they stand in', () => {
    const { contact, timeZone, ...rest } = withBoth.settings
    const reordered = { ...withBoth, settings: { timeZone, contact, ...rest } } as Organization
    expect(sameOrganization(withBoth, reordered)).toBe(true)
    expect(sameOrganization(withBoth, org())).toBe(false)
  })
})
