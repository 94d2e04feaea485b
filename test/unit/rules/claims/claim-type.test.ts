import { describe, expect, it } from 'vitest'
import { chooseType, migrationObstacle } from '../../../../shared/rules/claims/claim-type.ts'
import { org, sourceOrg, typeFacts } from '../../../support/builders.ts'

const migrationOff = org({ settings: { allowContentMigration: false } })
const enterprise = sourceOrg({ kind: 'enterprise' })
const elsewhere = sourceOrg({ region: 'us' })

describe('migrationObstacle', () => {
  it('T3: content of a consumer org in the same region can migrate', () => {
    expect(migrationObstacle(typeFacts())).toBeUndefined()
  })

  it('T1: with the setting off, no content migrates', () => {
    expect(migrationObstacle(typeFacts({ claimingOrg: migrationOff }))).toBe('migration_off')
  })

  it("T3: content of an enterprise's accounts can't migrate", () => {
    expect(migrationObstacle(typeFacts({ sourceOrg: enterprise }))).toBe('enterprise_source')
  })

  it("T3: content can't migrate to another region", () => {
    expect(migrationObstacle(typeFacts({ sourceOrg: elsewhere }))).toBe('other_region')
  })

  it('T3: content can migrate from an org that was created on the cutoff or before, and from no later one', () => {
    const source = sourceOrg({ createdAt: '2025-07-01T12:00:00Z' })
    const obstacle = (cutoff: string) =>
      migrationObstacle(typeFacts({ sourceOrg: source, migrationCutoff: new Date(cutoff) }))
    expect(obstacle('2025-07-01T12:00:00.001Z')).toBeUndefined()
    expect(obstacle('2025-07-01T12:00:00.000Z')).toBeUndefined()
    expect(obstacle('2025-07-01T11:59:59.999Z')).toBe('created_after_cutoff')
  })

  it("T3: the cutoff is compared as an instant, whatever the org's time is written in", () => {
    const source = sourceOrg({ createdAt: '2025-07-01T13:00:00+02:00' })
    expect(
      migrationObstacle(typeFacts({ sourceOrg: source, migrationCutoff: new Date('2025-07-01T11:00:00Z') })),
    ).toBeUndefined()
  })

  it('T1, T3: of several obstacles the first is told: setting, kind, cutoff, region', () => {
    const late = { createdAt: '2025-12-01T00:00:00Z', region: 'us' }
    const migrationCutoff = new Date('2025-07-01T00:00:00Z')
    const all = { sourceOrg: sourceOrg({ ...late, kind: 'enterprise' }), migrationCutoff }
    expect(migrationObstacle(typeFacts({ ...all, claimingOrg: migrationOff }))).toBe('migration_off')
    expect(migrationObstacle(typeFacts(all))).toBe('enterprise_source')
    expect(migrationObstacle(typeFacts({ ...all, sourceOrg: sourceOrg(late) }))).toBe('created_after_cutoff')
  })
})

describe('chooseType', () => {
  it('T1: with the setting off every claim is direct, and says what is lost', () => {
    for (const requested of [undefined, 'direct'] as const) {
      expect(chooseType(typeFacts({ claimingOrg: migrationOff, requested }))).toEqual({
        outcome: 'chosen',
        type: 'direct',
        contentLoss: 'migration_off',
      })
    }
  })

  it('T2: content that can migrate makes the claim delayed by default, and nothing is lost', () => {
    expect(chooseType(typeFacts())).toEqual({ outcome: 'chosen', type: 'delayed' })
    expect(chooseType(typeFacts({ requested: 'delayed' }))).toEqual({ outcome: 'chosen', type: 'delayed' })
  })

  it('T2: an admin may ask for direct, and is told that this is what loses the content', () => {
    expect(chooseType(typeFacts({ requested: 'direct' }))).toEqual({
      outcome: 'chosen',
      type: 'direct',
      contentLoss: 'chosen_direct',
    })
  })

  it.each([
    ['enterprise_source', { sourceOrg: enterprise }],
    ['other_region', { sourceOrg: elsewhere }],
    ['created_after_cutoff', { migrationCutoff: new Date('2020-01-01T00:00:00Z') }],
  ] as const)("T2, T3: users whose content can't migrate are claimed direct: %s", (contentLoss, facts) => {
    const direct = { outcome: 'chosen', type: 'direct', contentLoss }
    expect(chooseType(typeFacts(facts))).toEqual(direct)
    expect(chooseType(typeFacts({ ...facts, requested: 'direct' }))).toEqual(direct)
  })

  it.each([
    ['the setting is off', { claimingOrg: migrationOff }],
    ['the source is an enterprise', { sourceOrg: enterprise }],
    ['the source is in another region', { sourceOrg: elsewhere }],
    ['the source is too young', { migrationCutoff: new Date('2020-01-01T00:00:00Z') }],
  ] as const)('T4: delayed that is asked for is refused and never made direct when %s', (_, facts) => {
    expect(chooseType(typeFacts({ ...facts, requested: 'delayed' }))).toEqual({
      outcome: 'refused',
      code: 'delayed_not_available',
    })
  })

  it('T5: a CSV row that says delayed after the setting was switched off is a stale export', () => {
    expect(chooseType(typeFacts({ claimingOrg: migrationOff, requested: 'delayed', fromCsv: true }))).toEqual(
      {
        outcome: 'refused',
        code: 'stale_export',
      },
    )
  })

  it('T5: a CSV row that became direct because the setting was off is a stale export once content can migrate', () => {
    const exported = { requested: 'direct', migrationWasOff: true } as const
    expect(chooseType(typeFacts({ ...exported, fromCsv: true }))).toEqual({
      outcome: 'refused',
      code: 'stale_export',
    })
    for (const facts of [{ claimingOrg: migrationOff }, { sourceOrg: enterprise }, { sourceOrg: elsewhere }])
      expect(chooseType(typeFacts({ ...exported, ...facts, fromCsv: true }))).toMatchObject({
        outcome: 'chosen',
        type: 'direct',
      })
  })

  it('T2, T5: a CSV row that says direct and of no reason is the admin’s choice, and one without a type is the default', () => {
    expect(chooseType(typeFacts({ requested: 'direct', fromCsv: true }))).toEqual({
      outcome: 'chosen',
      type: 'direct',
      contentLoss: 'chosen_direct',
    })
    for (const requested of [undefined, 'delayed'] as const)
      expect(chooseType(typeFacts({ requested, fromCsv: true, migrationWasOff: true }))).toEqual({
        outcome: 'chosen',
        type: 'delayed',
      })
  })

  it('T4: a CSV row that says delayed is no stale export where no setting could have made it right', () => {
    for (const source of [enterprise, elsewhere]) {
      expect(chooseType(typeFacts({ sourceOrg: source, requested: 'delayed', fromCsv: true }))).toEqual({
        outcome: 'refused',
        code: 'delayed_not_available',
      })
    }
  })

  it('T2: a CSV row that says nothing, or what still is right, is claimed as any other', () => {
    expect(chooseType(typeFacts({ fromCsv: true }))).toEqual({ outcome: 'chosen', type: 'delayed' })
    expect(chooseType(typeFacts({ fromCsv: true, requested: 'delayed' }))).toEqual({
      outcome: 'chosen',
      type: 'delayed',
    })
    expect(chooseType(typeFacts({ fromCsv: true, claimingOrg: migrationOff }))).toEqual({
      outcome: 'chosen',
      type: 'direct',
      contentLoss: 'migration_off',
    })
  })
})
