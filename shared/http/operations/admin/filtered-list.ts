/** Ends the description of a list that is filtered as it is read. */
export const FILTERED_LIST =
  'A page is full as long as there is more, but a request reads 1,000 records at most and then returns what it has found with a cursor. If `email` is a complete address, the exact match comes first, and the cursor leads to the others.'
