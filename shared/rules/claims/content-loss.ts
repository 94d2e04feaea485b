/** T3, O1: why an account's content stays behind and is lost with the original account. */
export const contentLossReasons = [
  'migration_off',
  'chosen_direct',
  'enterprise_source',
  'created_after_cutoff',
  'other_region',
  'source_deleted',
] as const
