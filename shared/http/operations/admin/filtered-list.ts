/** Ends the description of a list that is filtered as it is read. */
export const FILTERED_LIST =
  'A request reads 1,000 records at most. If that does not fill a page, it returns what it has found, which may be nothing, with a `nextCursor` to continue from. If `email` is a complete address, the exact match comes first, and the cursor leads to the others.'
