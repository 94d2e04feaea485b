/** T3, O1: the reasons for which content isn't migrated, and is lost with the original account. */
export const contentLossReasons = [
  'migration_off',
  'chosen_direct',
  'enterprise_source',
  'created_after_cutoff',
  'other_region',
  'source_deleted',
] as const
