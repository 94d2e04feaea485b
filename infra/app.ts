import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { synthesize } from './synth.ts'

/** The CDK CLI's entry (cdk.json), and with `--summary` that of `npm run synth`. */
const assembly = await synthesize()

if (process.argv.includes('--summary')) {
  const template: { Resources: Record<string, { Type: string }> } = JSON.parse(
    readFileSync(assembly.templateFile, 'utf8'),
  )
  const counts = new Map<string, number>()
  for (const { Type } of Object.values(template.Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1)
  const rows = [...counts].sort(([a], [b]) => a.localeCompare(b))
  console.log(`${assembly.stackName}: ${Object.keys(template.Resources).length} resources`)
  for (const [type, count] of rows) console.log(`${String(count).padStart(5)}  ${type}`)
  console.log(relative(process.cwd(), assembly.templateFile))
}
