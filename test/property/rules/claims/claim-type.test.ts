import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseType, migrationObstacle } from '../../../../shared/rules/claims/claim-type.ts'
import { decisionOptions } from '../../../../shared/rules/claims/decision.ts'
import { org, sourceOrg, typeFacts } from '../../../support/builders.ts'

const CUTOFF = '2025-07-01T00:00:00Z'

const facts = fc
  .record({
    allowContentMigration: fc.boolean(),
    kind: fc.constantFrom('consumer' as const, 'enterprise' as const),
    region: fc.constantFrom('eu', 'us'),
    createdAt: fc.constantFrom('2025-06-30T23:59:59Z', CUTOFF, '2025-07-01T00:00:01Z'),
    hasCutoff: fc.boolean(),
    requested: fc.constantFrom(undefined, 'direct' as const, 'delayed' as const),
    fromCsv: fc.boolean(),
    migrationWasOff: fc.constantFrom(undefined, false, true),
  })
  .map(({ allowContentMigration, hasCutoff, requested, fromCsv, migrationWasOff, ...source }) =>
    typeFacts({
      claimingOrg: org({ settings: { allowContentMigration } }),
      sourceOrg: sourceOrg(source),
      requested,
      fromCsv,
      migrationWasOff,
      migrationCutoff: hasCutoff ? new Date(CUTOFF) : undefined,
    }),
  )

describe('chooseType', () => {
  it('T4: whoever asks for delayed gets it or is refused, and never loses content', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const chosen = chooseType({ ...given, requested: 'delayed' })
        if (chosen.outcome === 'chosen') expect(chosen).toEqual({ outcome: 'chosen', type: 'delayed' })
      }),
    )
  })

  it('T2, T4, T5: only what was asked for and can’t be had, or what a file asks for that is out of date, is refused', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const chosen = chooseType(given)
        const canMigrate = migrationObstacle(given) === undefined
        const unavailable = given.requested === 'delayed' && !canMigrate
        const stale = given.requested === 'direct' && canMigrate && given.fromCsv && given.migrationWasOff
        expect(chosen.outcome === 'chosen').toBe(!unavailable && !stale)
      }),
    )
  })

  it('T3: a claim loses content if and only if it is direct, and then says why', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const chosen = chooseType(given)
        if (chosen.outcome === 'refused') return
        expect('contentLoss' in chosen).toBe(chosen.type === 'direct')
        if (chosen.type === 'direct')
          expect(chosen.contentLoss).toBe(migrationObstacle(given) ?? 'chosen_direct')
      }),
    )
  })

  it('T3, U: where content is lost, nobody is offered to transfer it', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (given, paid) => {
        const chosen = chooseType(given)
        if (chosen.outcome === 'refused') return
        const transferable = decisionOptions(chosen.type, paid).includes('transfer_content')
        expect(transferable).toBe(!('contentLoss' in chosen))
      }),
    )
  })

  it('I8, T5: the type that was shown is claimed from the CSV as it was, as long as nothing changes', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const shown = chooseType({ ...given, requested: undefined, fromCsv: false })
        if (shown.outcome === 'refused') throw new Error('the default is never refused')
        const migrationWasOff = 'contentLoss' in shown && shown.contentLoss === 'migration_off'
        const imported = chooseType({ ...given, requested: shown.type, fromCsv: true, migrationWasOff })
        expect(imported.outcome === 'chosen' && imported.type).toBe(shown.type)
        // The reason, too: what the file says must not look like a choice that nobody made.
        expect(imported).toEqual(shown)
      }),
    )
  })

  it('T5: a file that was exported under the other setting never claims what it shows, where that has changed', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { claimingOrg } = given
        const { settings } = claimingOrg
        const before = {
          ...claimingOrg,
          settings: { ...settings, allowContentMigration: !settings.allowContentMigration },
        }
        const shown = chooseType({ ...given, claimingOrg: before, requested: undefined, fromCsv: false })
        const now = chooseType({ ...given, requested: undefined, fromCsv: false })
        if (shown.outcome === 'refused' || now.outcome === 'refused')
          throw new Error('the default is never refused')
        const migrationWasOff = 'contentLoss' in shown && shown.contentLoss === 'migration_off'
        const imported = chooseType({ ...given, requested: shown.type, fromCsv: true, migrationWasOff })
        expect(imported).toEqual(shown.type === now.type ? now : { outcome: 'refused', code: 'stale_export' })
      }),
    )
  })
})
