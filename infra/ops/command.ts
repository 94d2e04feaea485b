/** Runs an operator's command: what it says goes to the terminal, and what is expected to go wrong is one line of it. */
export async function runCommand(run: (args: string[]) => Promise<string>): Promise<void> {
  try {
    console.log(await run(process.argv.slice(2)))
  } catch (error) {
    console.error(oneLine(error))
    process.exitCode = 1
  }
}

/** AWS's errors say little without their name: `ExpiredTokenException: …`. */
const oneLine = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const text =
    error.name === 'Error' || error.name === 'TypeError' ? error.message : `${error.name}: ${error.message}`
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
