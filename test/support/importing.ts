import { ulid } from 'ulid'
import type { ImportCommand } from '../../shared/usecases/imports/import-commands.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'
import { startBackground } from './background.ts'
import { type OrganizationPatch, org, sourceOrg } from './builders.ts'
import { tableOf } from './csv.ts'
import type { TestTable } from './dynamo.ts'
import { givenAccounts, givenDomain, givenOrgs } from './given.ts'

export const IMPORT_DOMAIN = 'noordzee.example'

/** The functions behind the queues, an org with a verified domain, and what tests of imports do with files. */
export async function startImporting(db: TestTable, patch: OrganizationPatch = {}) {
  const world = await startBackground(db)
  const claimingOrg = org(patch)
  const { orgId } = claimingOrg
  await givenOrgs(world.stores, claimingOrg, sourceOrg())
  await givenDomain(world.stores, orgId, IMPORT_DOMAIN)
  let people = 0
  const importing = {
    ...world,
    claimingOrg,

    /** Creates accounts on the domain in a consumer org, and returns their addresses. */
    async newPeople(count: number): Promise<string[]> {
      const patches = Array.from({ length: count }, () => {
        const n = ++people
        return { userId: `acc${n}`, email: `person${n}@${IMPORT_DOMAIN}` }
      })
      const records = await givenAccounts(world.stores, ...patches)
      await world.ignoreEffects()
      return records.map(({ account }) => account.email)
    },

    fileOf: (emails: readonly string[]): string => `${['E-mail', ...emails].join('\n')}\n`,

    imports: async (): Promise<ImportRecord[]> => (await world.stores.imports.list(orgId, 50)).items,

    async latest(): Promise<ImportRecord> {
      const [record] = await importing.imports()
      if (record === undefined) throw new Error('no import')
      return record
    },

    /** Puts a file into the bucket, and runs everything that follows. */
    async imported(name: string, content: Uint8Array | string): Promise<ImportRecord> {
      // ULIDs sort by millisecond, so move the clock to make each import the newest.
      world.clock.advance(1)
      world.upload(`imports/${orgId}/${name}`, content)
      await world.settle()
      return importing.latest()
    },

    /** The report's rows, each as an object keyed by the header's names. */
    async reportOf({ reportKey = '' }: ImportRecord): Promise<Record<string, string>[]> {
      const [header = [], ...rows] = await tableOf(Buffer.from(world.bucket.text(reportKey)))
      return rows.map((cells) => Object.fromEntries(header.map((name, n) => [name, cells[n] ?? ''])))
    },

    /** Requests an import, without uploading its file yet. */
    async asked(patch: { readonly preview?: true } = {}) {
      world.clock.advance(1)
      const importId = ulid(world.clock.now().getTime())
      const objectKey = `imports/${orgId}/${importId}.csv`
      const file = { fileName: 'people.csv', objectKey, sizeBytes: 100, createdBy: 'admin:ada' as const }
      const wanted = { importId, orgId, kind: 'claims', status: 'waiting', ...file, ...patch } as const
      await world.stores.imports.create(wanted, world.clock.now())
      return {
        importId,
        objectKey,
        upload: (content: Uint8Array | string) => world.upload(objectKey, content),
        async get(): Promise<ImportRecord> {
          const record = await world.stores.imports.get(orgId, importId)
          if (record === undefined) throw new Error('no import')
          return record
        },
      }
    },

    command: (importId: string): ImportCommand => ({
      orgId,
      importId,
      by: 'admin:bob',
      now: world.clock.now(),
    }),

    claimOf: async (email: string) =>
      (await world.stores.accounts.byAddresses([email])).get(email.toLowerCase())?.claim,
  }
  return importing
}

export type Importing = Awaited<ReturnType<typeof startImporting>>
