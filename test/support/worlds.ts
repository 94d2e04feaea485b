/** Services for tests, started from the assembly that all test files of a run share. */
import type { BootOptions } from '../../infra/local/boot/options.ts'
import { localAssemblyOfRun } from './assemblies.ts'
import { DOMAIN, eventFile, fillSmallWorld, World } from './world.ts'

const bootWorld = async (options: BootOptions): Promise<World> =>
  World.boot({ assembly: await localAssemblyOfRun(options.settings), ...options })

/** The world of the sample files: three source orgs with their 1,200 accounts, and the org that owns the domain. */
export async function sampleWorld(options: BootOptions = {}): Promise<World> {
  const world = await bootWorld(options)
  await world.org('personal', 'consumer')
  await world.org('dunes-bv', 'enterprise')
  await world.org('harbour-gmbh', 'enterprise')
  await world.org('noordzee', 'enterprise', { adminEmails: ['it@noordzee.example'] })
  await world.verify('noordzee', DOMAIN)
  await world.service.upload('accounts/accounts.csv', await eventFile('accounts.csv'))
  await world.service.settle()
  return world
}

/** See {@link fillSmallWorld}. */
export async function smallWorld(options: BootOptions = {}): Promise<World> {
  const world = await bootWorld(options)
  await fillSmallWorld(world)
  return world
}
