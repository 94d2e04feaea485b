/** `npm run synth [-- -c name=value …] [-- --help]`: synthesizes the template offline, and summarizes it. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { SettingsError } from '../shared/contracts/setting-texts.ts'
import { describeSettings } from '../shared/contracts/settings.ts'

const usage = 'Usage: npm run synth -- [-c name=value]… [--help]'

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })

function help(): string {
  const described = describeSettings()
  const width = Math.max(...described.map(({ name }) => name.length))
  const lines = described.map(
    ({ name, meaning, default: standard }) =>
      `  ${name.padEnd(width)}  ${meaning}${standard === undefined ? '' : ` (${standard})`}`,
  )
  return `${usage}\n\nSettings, with their defaults, for this and for \`npm run deploy\`:\n\n${lines.join('\n')}`
}

function parse() {
  try {
    return parseArgs({
      options: {
        context: { type: 'string', short: 'c', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

function settingOf(argument: string): readonly [string, string] {
  const at = argument.indexOf('=')
  if (at < 1) throw new SettingsError(`${argument} must be name=value`)
  return [argument.slice(0, at), argument.slice(at + 1)]
}

async function main(): Promise<void> {
  const given = parse()
  if (given.help) {
    console.log(help())
    return
  }
  const context = Object.fromEntries(given.context.map(settingOf))
  // Imported late: loading the CDK takes a second.
  const { synthesize } = await import('./synth.ts')
  const assembly = await synthesize({ context })
  const { Resources } = templateSchema.parse(JSON.parse(readFileSync(assembly.templateFile, 'utf8')))
  const types = Object.values(Resources).map(({ Type }) => Type)
  console.log(`${assembly.stackName}: ${types.length} resources`)
  for (const type of [...new Set(types)].sort()) {
    console.log(`${String(types.filter((each) => each === type).length).padStart(5)}  ${type}`)
  }
  console.log(relative(process.cwd(), assembly.templateFile))
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
