/** `npm run -s token -- --org ID [--role admin|reader|platform] [--expires-in SECONDS] [--sub NAME]` */
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { localFolder, readEndpoints } from './endpoints.ts'
import { isRole, mintToken, openSigningKey, roles } from './keys.ts'

const usage = `Usage: npm run -s token -- --org ID [--role ${Object.keys(roles).join('|')}] [--expires-in SECONDS] [--sub NAME]`

const askLimitMs = 1_000

/** The running service's clock; this machine's where none runs. */
async function serviceTime(): Promise<Date> {
  const endpoints = await readEndpoints()
  if (endpoints === undefined) return new Date()
  try {
    const response = await fetch(`${endpoints.control}/clock`, { signal: AbortSignal.timeout(askLimitMs) })
    return new Date(z.object({ now: z.string() }).parse(await response.json()).now)
  } catch {
    // The file is one that a killed service left behind.
    return new Date()
  }
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      org: { type: 'string' },
      role: { type: 'string', default: 'admin' },
      'expires-in': { type: 'string' },
      sub: { type: 'string' },
    },
    // A negative number of seconds would be taken for an option.
    args: process.argv.slice(2).flatMap((arg, i, all) => {
      if (arg === '--expires-in') return [`--expires-in=${all[i + 1] ?? ''}`]
      return all[i - 1] === '--expires-in' ? [] : [arg]
    }),
  })
  const { org, role, sub: subject } = values
  if (!isRole(role)) throw new Error(`there is no role ${role}`)
  if (org === undefined && role !== 'platform') throw new Error('--org is missing')
  const expiresIn = values['expires-in']
  const expiresInSeconds = expiresIn === undefined ? undefined : Number(expiresIn)
  if (expiresIn === '' || (expiresInSeconds !== undefined && !Number.isInteger(expiresInSeconds))) {
    throw new Error('--expires-in takes a whole number of seconds')
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
  const key = await openSigningKey(localFolder)
  console.log(await mintToken(key, { ...request, now: await serviceTime() }))
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exitCode = 1
}
