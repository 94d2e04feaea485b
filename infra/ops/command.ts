/** Runs an operator's command and prints its result. An error is printed in one line. */
export async function runCommand(run: (args: string[]) => Promise<string>): Promise<void> {
  try {
    console.log(await run(process.argv.slice(2)))
  } catch (error) {
    console.error(oneLine(error))
    process.exitCode = 1
  }
}

/**
 * The error's message, with its name if that is specific: AWS's messages say little without it
 * (`ExpiredTokenException: …`).
 */
const oneLine = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const text =
    error.name === 'Error' || error.name === 'TypeError' ? error.message : `${error.name}: ${error.message}`
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
