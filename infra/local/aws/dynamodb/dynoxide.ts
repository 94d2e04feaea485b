import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import { findPackageJSON } from 'node:module'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExpectedError } from '../../cli/expected-error.ts'
import { close, listen, onNextFreePort, portOf } from '../../http/listen.ts'

const START_LIMIT_MS = 10_000
const START_POLL_MS = 5
/** Attempts to start: a port that was free can be taken before the child process binds it. */
const PORT_ATTEMPTS = 5
const STDERR_KEPT_CHARS = 2_000

/**
 * Runs "$@" and ends it when standard input closes, which happens however the parent dies, even by `kill -9`. $0 is a
 * folder to remove at the end, or `-`. The shell must not write anything, since its reader is gone with the parent.
 */
const WATCHDOG = `
exec 3<&0 4>&2 2>/dev/null
"$@" </dev/null 2>&4 3<&- 4>&- &
server=$!
exec 4>&-
{ read -r _ <&3; kill "$server"; } &
watcher=$!
wait "$server"
code=$?
kill "$watcher"
[ "$0" = - ] || rm -rf -- "$0"
exit "$code"
`

export interface Dynoxide {
  /** `http://127.0.0.1:PORT` */
  endpoint: string
  /** The SQLite file with all of its data. */
  databasePath: string
  stop(): Promise<void>
}

/**
 * The path of the embedded DynamoDB's program.
 * @throws ExpectedError that names the alternative, on a platform without one
 */
function binaryPath(): string {
  const platform = `${process.platform}-${process.arch}`
  let manifest: string | undefined
  try {
    manifest = findPackageJSON(`@dynoxide/${platform}`, import.meta.url)
  } catch {
    manifest = undefined
  }
  const path = manifest === undefined ? undefined : join(dirname(manifest), 'dynoxide')
  if (path === undefined || !existsSync(path)) {
    throw new ExpectedError(
      `There is no embedded DynamoDB for ${platform}. Set DYNAMODB_ENDPOINT to the address of one, ` +
        'for instance DynamoDB Local: DYNAMODB_ENDPOINT=http://127.0.0.1:8000',
    )
  }
  return path
}

async function freePort(from: number): Promise<number> {
  const server = createServer()
  const address = await onNextFreePort(from, (port) => listen(server, port))
  await close(server)
  return portOf(address)
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/**
 * Starts the embedded DynamoDB on a free loopback port, the first from `port` on. Its file is in `dir`, or in a
 * scratch folder that is removed at the end; the folder is in memory if the system has /dev/shm.
 *
 * It runs in a process group of its own, so that a Ctrl-C in the terminal doesn't end it before the service is done
 * with it.
 */
export async function startDynoxide(o: {
  dir?: string | undefined
  /** The first port to try; any free port without it. */
  port?: number | undefined
  onUnexpectedExit?: ((error: Error) => void) | undefined
}): Promise<Dynoxide> {
  const program = binaryPath()
  const scratchRoot = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  for (let attempt = 1; ; attempt++) {
    const scratch = o.dir === undefined ? await mkdtemp(join(scratchRoot, 'claim-service-')) : undefined
    const folder = scratch ?? o.dir ?? scratchRoot
    await mkdir(folder, { recursive: true })
    const databasePath = join(folder, 'dynamodb.db')
    const port = await freePort(o.port ?? 0)
    const child = spawn(
      'sh',
      ['-c', WATCHDOG, scratch ?? '-', program, 'serve', '--port', String(port), '--db-path', databasePath],
      { detached: true, stdio: ['pipe', 'ignore', 'pipe'] },
    )
    let complaints = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-STDERR_KEPT_CHARS)
    })
    // A write to a child that died fails; its exit event reports the death.
    child.stdin.on('error', () => {})
    let stopping = false
    const exited = new Promise<Error>((resolve) => {
      child.on('error', resolve)
      child.on('exit', (code, signal) =>
        resolve(new Error(`the embedded DynamoDB ended (${signal ?? code}): ${complaints.trim()}`)),
      )
    })
    const stop = async () => {
      stopping = true
      child.stdin.end()
      await exited
    }

    let gone: Error | undefined
    void exited.then((error) => {
      gone = error
    })
    const deadline = Date.now() + START_LIMIT_MS
    while (gone === undefined && Date.now() < deadline && !(await accepts(port))) await sleep(START_POLL_MS)
    if (gone === undefined && Date.now() < deadline) {
      void exited.then((error) => {
        if (!stopping) o.onUnexpectedExit?.(error)
      })
      return { endpoint: `http://127.0.0.1:${port}`, databasePath, stop }
    }
    await stop()
    if (attempt === PORT_ATTEMPTS) throw new Error('the embedded DynamoDB did not start', { cause: gone })
  }
}
