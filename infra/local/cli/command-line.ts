/** Options of a command: one table is used to parse the arguments and to print `--help`. */
import { parseArgs } from 'node:util'
import { ExpectedError } from './expected-error.ts'

interface Option {
  /** The name of the option's value in the help (`N`). Without it, the option is a flag. */
  readonly value?: string
  readonly help: string
}

export interface Command<O extends Readonly<Record<string, Option>>> {
  /** The command as it is typed: `npm start`. */
  readonly name: string
  readonly about: string
  readonly options: O
  /** The environment variables that it reads. */
  readonly environment?: Readonly<Record<string, string>>
}

type Given<O extends Readonly<Record<string, Option>>> = {
  readonly [N in keyof O]?: O[N] extends { readonly value: string } ? string : boolean
}

const inColumns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

export function helpOf({ name, about, options, environment = {} }: Command<Record<string, Option>>): string {
  const rows = Object.entries(options).map(
    ([option, { value, help }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, help] as const,
  )
  const variables = Object.entries(environment)
  return [
    `Usage: ${name} -- [options]`,
    about,
    `Options:\n\n${inColumns([...rows, ['--help', 'this text']])}`,
    ...(variables.length === 0 ? [] : [`Environment:\n\n${inColumns(variables)}`]),
  ].join('\n\n')
}

/** `parseArgs`' message, without its advice about arguments that look like options. */
const firstSentence = (message: string): string => message.split(/(?<=[^.])\.(?:\s|$)/, 1)[0] ?? message

/**
 * The given options; undefined if help was asked for, which has been printed then.
 * @throws ExpectedError for an unknown option or a missing value
 */
export function readOptions<const O extends Readonly<Record<string, Option>>>(
  command: Command<O>,
  args: readonly string[] = process.argv.slice(2),
): Given<O> | undefined {
  const types = Object.entries(command.options).map(
    ([option, { value }]) => [option, { type: value === undefined ? 'boolean' : 'string' } as const] as const,
  )
  let values: Record<string, unknown>
  try {
    values = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
    }).values
  } catch (error) {
    const message = error instanceof Error ? firstSentence(error.message) : String(error)
    throw new ExpectedError(`${message} (${command.name} -- --help lists the options)`)
  }
  if (values.help !== true) return values as Given<O>
  console.log(helpOf(command))
  return undefined
}
