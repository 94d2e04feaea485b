import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import * as z from 'zod'
import { synthesize } from './synth.ts'

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })

/** The CDK CLI's entry (cdk.json), and with `--summary` that of `npm run synth`. */
const assembly = await synthesize()

if (process.argv.includes('--summary')) {
  const { Resources } = templateSchema.parse(JSON.parse(readFileSync(assembly.templateFile, 'utf8')))
  const types = Object.values(Resources).map(({ Type }) => Type)
  console.log(`${assembly.stackName}: ${types.length} resources`)
  for (const type of [...new Set(types)].sort()) {
    console.log(`${String(types.filter((each) => each === type).length).padStart(5)}  ${type}`)
  }
  console.log(relative(process.cwd(), assembly.templateFile))
}
