/** Licences as people type them: separated by commas. */
export const licensesIn = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
