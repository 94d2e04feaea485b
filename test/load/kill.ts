import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { KillableService } from '../support/killable.ts'
import type { World } from '../support/world.ts'
import { type Finding, type Scenario, scenarios } from './kill-scenarios.ts'
import { Random } from '../simulation/random.ts'

/**
 * Kills the whole local service with SIGKILL at random moments of an import, a migration and a directory sync, starts it
 * again on the same data, and counts in the end: every row, mail, conversation and user must be accounted for.
 *
 *   npm run kill [-- --kills 20] [--seed 1] [--only import|migration|sync] [--size 0.1]
 *
 * Takes some minutes a scenario. `--size` is a share of the usual amounts.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    size: { type: 'string' },
  },
})

const kills = Number(values.kills ?? 20)
const seed = Number(values.seed ?? 1)
const size = Number(values.size ?? 1)

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Time after which a dead worker’s messages are visible again and its leases have expired. */
const UNTIL_LEASES_ARE_OVER = 'PT20M'
/** On the service’s clock: by then the queues have given back a killed worker’s messages. */
const UNTIL_MESSAGES_ARE_BACK = 'PT5M'

/** Lets time pass until all work is done. Throws if the service is killed meanwhile. */
function goOn(world: World): Promise<unknown> {
  return world.service.advance(UNTIL_MESSAGES_ARE_BACK).catch(() => undefined)
}

async function play(scenario: Scenario): Promise<readonly Finding[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kill-'))
  const random = new Random(seed, scenario.name)
  let service = new KillableService(folder)
  try {
    let world = await service.world()
    const run = scenario.start(size)
    await run.prepare(world)
    for (let done = 0; done < kills; done++) {
      if (await run.isDone(world)) await run.begin(world)
      const working = goOn(world)
      const [least, most] = scenario.killAfterMs
      await sleep(random.int(least, most))
      await service.kill()
      await working
      service = new KillableService(folder)
      world = await service.world()
    }
    await run.beginLate?.(world)
    await world.service.advance(UNTIL_LEASES_ARE_OVER)
    await world.service.advance(UNTIL_LEASES_ARE_OVER)
    await world.service.settle()
    return await run.check(world, kills)
  } finally {
    await service.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

for (const scenario of scenarios.filter(({ name }) => values.only === undefined || values.only === name)) {
  const begun = performance.now()
  const findings = await play(scenario)
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  print(`${scenario.name}: ${kills} kills, seed ${seed}, ${seconds} s`)
  for (const { what, found, expected } of findings) {
    const holds = expected(found)
    print(`  ${holds ? 'ok    ' : 'FAILED'} ${what}: ${found}`)
    if (!holds) process.exitCode = 1
  }
}
