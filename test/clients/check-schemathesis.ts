/**
 * `npm run check:schemathesis`: sends the running service requests that its OpenAPI document allows, and others that
 * it doesn’t, and checks whether the answers are as documented. A Python tool, installed at the first run into a
 * folder of its own.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { boot } from '../../infra/local/boot.ts'
import { createClient } from '../../infra/local/client.ts'
import { CLAIMING_ORG, seed } from '../../infra/dev/seed.ts'
import { projectRoot } from '../../infra/project.ts'
import { NOT_CHECKED, pythonTool } from '../../infra/checks/python-tool.ts'

/** Findings that are accepted, by finding and answered code. */
const explained: Readonly<Record<string, string>> = {
  'ST202 idempotency_key_reused':
    'It sends one key with several requests, which is what the 422 is for (C6).',
  'ST202 invalid_cursor': 'Cursors are opaque, and made by the service alone: no schema tells one.',
  'ST202 acknowledgement_required':
    'Without the acknowledgement nothing is done, and its own code says so (T6).',
  'ST202 invalid_address': 'What an address is, RFCs and the public suffix list say, and no pattern.',
  'ST202 invalid_domain': 'What a domain is, UTS 46 and the public suffix list say, and no pattern.',
  'ST202 free_mail_domain': 'As for invalid_domain.',
  'ST202 public_suffix_domain': 'As for invalid_domain.',
  'ST202 special_use_domain': 'As for invalid_domain.',
  'ST202 name_mismatch':
    'The name that confirms a deletion is the organization’s, which no schema knows (O1).',
  'ST202 unknown_organization': 'Which organizations there are no schema knows.',
  'ST202 precondition_failed': 'It makes up an If-Match.',
  'ST202 invalid_request takes at most':
    'As many by userId, and as many by email: JSON Schema can’t count the two apart (C1).',
  'ST202 invalid_request must be an e-mail address that can be mailed': 'As for invalid_address.',
  'ST202 invalid_request is not an e-mail address': 'As for invalid_address.',
}

interface Finding {
  readonly operation: string
  readonly check: string
  readonly text: string
}

/** Parses the findings from the tool’s output. */
function findingsIn(output: string): Finding[] {
  const sections = output.split(/\n_{4,} (.+?) _{4,}\n/)
  return sections.flatMap((operation, n) => {
    if (n % 2 === 0) return []
    return (sections[n + 1] ?? '').split(/\n\d+\. Test Case ID|^\d+\. Test Case ID/).flatMap((text) => {
      const check = /- (ST\d+) /.exec(text)?.[1]
      return check === undefined ? [] : [{ operation, check, text }]
    })
  })
}

function reasonOf({ check, text }: Finding): string | undefined {
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? ''
  const found = Object.entries(explained).find(([key]) => {
    const [wantedCheck, wantedCode, ...message] = key.split(' ')
    return check === wantedCheck && code === wantedCode && text.includes(message.join(' '))
  })
  return found?.[1]
}

async function main(): Promise<number> {
  const tool = pythonTool({
    check: 'check:schemathesis',
    name: 'schemathesis',
    version: '4.32.0',
    distribution: 'schemathesis',
    command: 'schemathesis',
  })
  if (tool === undefined) return NOT_CHECKED
  const running = await boot({ logFile: path.join(projectRoot, '.local', 'schemathesis.log') })
  try {
    const service = createClient(running.endpoints, running.key)
    await seed(service)

    /** Runs the tool and returns its output. Asynchronous, since the service runs in this process. */
    const look = async (token: string, filter: readonly string[]): Promise<string> => {
      const document = `${service.endpoints.api}/openapi.json`
      const header = `Authorization: Bearer ${token}`
      const options = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '15', '--warnings', 'off']
      const more = ['--continue-on-failure', '--generation-database', 'none', '--no-color']
      const child = spawn(tool, ['run', document, '-H', header, ...options, ...more, ...filter], {
        // The tool stores its findings in its working directory.
        cwd: path.join(projectRoot, '.local'),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.on('data', (text) => (output += String(text)))
      await once(child, 'close')
      if (!/\d+ generated/.test(output)) throw new Error(`schemathesis did not run:\n${output}`)
      console.log(/^.*\d+ generated.*$/m.exec(output)?.[0].trim())
      return output
    }

    const platform = '^/v1/platform'
    const outputs = [
      await look(await service.token({ org: CLAIMING_ORG }), ['--exclude-path-regex', platform]),
      await look(await service.token({ role: 'platform' }), ['--include-path-regex', platform]),
    ]
    const findings = outputs.flatMap(findingsIn)
    const left = findings.filter((finding) => reasonOf(finding) === undefined)
    for (const { operation, text } of left) console.log(`\n${operation}${text}`)
    const reasons = new Set(findings.flatMap((finding) => reasonOf(finding) ?? []))
    console.log(`\n${findings.length} findings, of which ${findings.length - left.length} are explained:`)
    for (const reason of reasons) console.log(`  ${reason}`)
    return left.length === 0 ? 0 : 1
  } finally {
    await running.stop()
  }
}

process.exitCode = await main()
