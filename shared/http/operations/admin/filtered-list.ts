/** Ends the description of a list that is filtered as it is read. */
export const FILTERED_LIST =
  'A page is full as long as there is more, but a request reads 1,000 records at most, what belongs to them included, and then returns what it has found, be it nothing, with a `nextCursor` to go on with. If `email` is a complete address, the exact match comes first, and the cursor leads to the others.'
