/** `npm run -s token -- --org ID [--role admin|reader|platform] [--expires-in SECONDS] [--sub NAME]` */
import * as z from 'zod'
import { readOptions } from '../local/cli/command-line.ts'
import { localFolder, readEndpoints } from '../local/instance/endpoints.ts'
import { ExpectedError, describeError } from '../local/cli/expected-error.ts'
import { isRole, mintToken, openSigningKey, roles, type TokenRequest } from '../local/oidc/signing-key.ts'

const askLimitMs = 1_000

/** The time of the running service's clock, or this machine's if no service runs. */
async function serviceTime(): Promise<Date> {
  const endpoints = await readEndpoints()
  if (endpoints === undefined) return new Date()
  try {
    const response = await fetch(`${endpoints.control}/clock`, { signal: AbortSignal.timeout(askLimitMs) })
    return new Date(z.object({ now: z.string() }).parse(await response.json()).now)
  } catch {
    // A killed service left the file behind.
    return new Date()
  }
}

const command = {
  name: 'npm run -s token',
  about: 'Prints a bearer token that the local service accepts.',
  options: {
    org: { value: 'ID', help: 'the organization that it is for; the platform belongs to none' },
    role: { value: 'ROLE', help: `${Object.keys(roles).join(', ')}; admin unless told` },
    'expires-in': {
      value: 'SECONDS',
      help: "how long it is good for, on the service's clock; ten years unless told, below 0 one that has expired",
    },
    sub: { value: 'NAME', help: "who it says that calls; the role's name at the organization's unless told" },
  },
} as const

/** Joins the option and its value: `parseArgs` would take a negative number for an option. */
const joinedSeconds = (args: readonly string[]): string[] =>
  args.flatMap((arg, i, all) => {
    if (arg === '--expires-in') return [`--expires-in=${all[i + 1] ?? ''}`]
    return all[i - 1] === '--expires-in' ? [] : [arg]
  })

/** Returns `undefined` if help was asked for. */
function readArguments(): Omit<TokenRequest, 'now'> | undefined {
  const values = readOptions(command, joinedSeconds(process.argv.slice(2)))
  if (values === undefined) return undefined
  const { org, role = 'admin', sub: subject } = values
  if (!isRole(role)) throw new ExpectedError(`there is no role ${role}: ${Object.keys(roles).join(', ')}`)
  if (org === undefined && role !== 'platform')
    throw new ExpectedError('--org is missing: npm run -s token -- --org ID')
  const expiresIn = values['expires-in']
  const expiresInSeconds = expiresIn === undefined ? undefined : Number(expiresIn)
  if (expiresIn === '' || (expiresInSeconds !== undefined && !Number.isInteger(expiresInSeconds))) {
    throw new ExpectedError('--expires-in takes a whole number of seconds')
  }
  return {
    role,
    ...(org !== undefined && { org }),
    ...(subject !== undefined && { subject }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
  }
}

try {
  const request = readArguments()
  if (request !== undefined) {
    const key = await openSigningKey(localFolder)
    console.log(await mintToken(key, { ...request, now: await serviceTime() }))
  }
} catch (error) {
  console.error(describeError(error))
  process.exitCode = 1
}
