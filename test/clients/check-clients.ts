/**
 * `npm run check:clients`: generates clients from the service’s OpenAPI document, as integrators do, and makes a
 * claim with each: in TypeScript by openapi-typescript and openapi-fetch, in Python by openapi-python-client. The
 * generators are installed at the first run, into folders of their own under `.local`, since openapi-typescript needs
 * another compiler than this project has.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { boot } from '../../infra/local/boot.ts'
import { createClient, type ServiceClient } from '../../infra/local/client.ts'
import { CLAIMING_ORG, DOMAIN, seed } from '../../infra/dev/seed.ts'
import { projectRoot } from '../../infra/project.ts'
import { NOT_CHECKED, pythonTool } from '../../infra/checks/python-tool.ts'

const packages = ['openapi-typescript@7.13.0', 'openapi-fetch@0.17.0', 'typescript@5.9.3', '@types/node@24']
const strict = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2024', '--module', 'nodenext']

const folder = path.join(projectRoot, '.local', 'clients')
const own = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Runs a command and returns whether it succeeded. Asynchronous, since the service runs in this process. */
async function run(command: string, args: readonly string[]): Promise<boolean> {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'close')
  return code === 0
}

interface Given {
  readonly service: ServiceClient
  /** The OpenAPI document, as the service answers it. */
  readonly document: string
  /** The user to claim. */
  readonly email: string
}

const programArguments = async ({ service, email }: Given): Promise<string[]> => [
  service.endpoints.api,
  await service.token({ org: CLAIMING_ORG }),
  email,
]

async function checkTypeScript(given: Given): Promise<boolean> {
  const here = path.join(folder, 'typescript')
  const program = path.join(here, 'claim.ts')
  await mkdir(here, { recursive: true })
  await writeFile(path.join(here, 'package.json'), '{ "private": true, "type": "module" }\n')
  await copyFile(own('claim.ts.txt'), program)
  const bin = (name: string) => path.join(here, 'node_modules', '.bin', name)
  return (
    (await run('npm', [
      'install',
      '--prefix',
      here,
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...packages,
    ])) &&
    (await run(bin('openapi-typescript'), [given.document, '--output', path.join(here, 'schema.d.ts')])) &&
    (await run(bin('tsc'), [
      ...strict,
      '--allowImportingTsExtensions',
      '--typeRoots',
      path.join(here, 'node_modules', '@types'),
      program,
    ])) &&
    run(process.execPath, [program, ...(await programArguments(given))])
  )
}

/** Undefined if there is no Python, which has been reported then. */
async function checkPython(given: Given): Promise<boolean | undefined> {
  const generator = pythonTool({
    check: 'check:clients',
    name: 'openapi-python-client',
    version: '0.29.1',
    distribution: 'openapi-python-client',
    command: 'openapi-python-client',
  })
  if (generator === undefined) return undefined
  const here = path.join(folder, 'python')
  const client = path.join(here, 'claim_service_client')
  const program = path.join(here, 'claim.py')
  await rm(here, { recursive: true, force: true })
  await mkdir(here, { recursive: true })
  await copyFile(own('claim.py'), program)
  const generate = [
    'generate',
    '--path',
    given.document,
    '--meta',
    'none',
    '--output-path',
    client,
    '--fail-on-warning',
  ]
  // The packages that the generated client needs are those that the generator needs.
  const python = path.join(path.dirname(generator), 'python')
  // The generator looks for its formatter in the PATH.
  process.env.PATH = [path.dirname(generator), process.env.PATH].join(path.delimiter)
  return (await run(generator, generate)) && run(python, [program, ...(await programArguments(given))])
}

async function main(): Promise<number> {
  const running = await boot({ logFile: path.join(folder, 'service.log') })
  try {
    const service = createClient(running.endpoints, running.key)
    await seed(service)
    const document = path.join(folder, 'openapi.json')
    const { body } = await service.api('GET', '/openapi.json')
    await writeFile(document, JSON.stringify(body))
    console.log('TypeScript:')
    const typeScript = await checkTypeScript({ service, document, email: `ada@${DOMAIN}` })
    console.log('Python:')
    const python = await checkPython({ service, document, email: `bob@${DOMAIN}` })
    const words = { true: 'made a claim', false: 'FAILED', undefined: 'was not tried: see above' } as const
    console.log(`The TypeScript client ${words[`${typeScript}`]}; the Python client ${words[`${python}`]}.`)
    if (!typeScript || python === false) return 1
    return python === undefined ? NOT_CHECKED : 0
  } finally {
    await running.stop()
  }
}

process.exitCode = await main()
