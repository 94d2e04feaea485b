/** What changes between reading and writing, since others write it too, is read again this often. */
export const MAX_ROUNDS = 5
