/** The display name of an account for which nobody chose one. */
export function fullName(firstName: string, lastName: string): string {
  return `${firstName} ${lastName}`.trim()
}
