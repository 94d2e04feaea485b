import { beforeEach, describe, expect } from 'vitest'
import type { LogCode } from '../../../../shared/lib/log-codes.ts'
import { importArrived } from '../../../../shared/usecases/imports/arrived-objects.ts'
import { advanceImport, type ReadImportPorts } from '../../../../shared/usecases/imports/read-import.ts'
import type { ImportStore } from '../../../../shared/storage/stores/imports.ts'
import { type Background, START } from '../../../support/background.ts'
import { org, sourceOrg } from '../../../support/builders.ts'
import { tableOf, utf16 } from '../../../support/csv.ts'
import { s3Event } from '../../../support/fakes.ts'
import { givenAccounts, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const noordzee = org()
const HEADER = 'E-mail,Claim Type'

describe('importing', () => {
  let world: Background
  let people = 0

  it.beforeAll(async ({ background }) => {
    world = background
    await givenOrgs(world.stores, noordzee, sourceOrg())
    await givenDomain(world.stores, noordzee.orgId, 'noordzee.example')
  })
  beforeEach(() => {
    // A ULID sorts by its millisecond: each test's imports are the latest.
    world.clock.advance(1)
    world.time.leftMs = 300_000
    for (const queue of Object.values(world.queues)) queue.sent.length = 0
  })

  async function newPeople(count: number): Promise<string[]> {
    const patches = Array.from({ length: count }, () => {
      const n = ++people
      return { userId: `acc${n}`, email: `person${n}@noordzee.example` }
    })
    const records = await givenAccounts(world.stores, ...patches)
    await world.ignoreEffects()
    return records.map(({ account }) => account.email)
  }

  const fileOf = (emails: readonly string[]): string =>
    `${[HEADER, ...emails.map((email) => `${email},`)].join('\n')}\n`
  const imports = async (orgId: string = noordzee.orgId) => (await world.stores.imports.list(orgId, 50)).items
  const latest = async (orgId?: string) => (await imports(orgId))[0]
  const claimsOn = async (emails: readonly string[]) =>
    [...(await world.stores.accounts.byAddresses(emails)).values()].map(({ claim }) => claim?.version)

  async function imported(name: string, content: Uint8Array | string) {
    world.upload(`imports/${noordzee.orgId}/${name}`, content)
    await world.settle()
    return latest()
  }

  it('I3: each row is claimed or refused on its own, and the admin is told once', async () => {
    const [ada = '', bea = ''] = await newPeople(2)
    const file = `${fileOf([ada])}not an address,\nnobody@noordzee.example,\n${bea},direct\n${ada},\n`
    expect(await imported('people.csv', file)).toMatchObject({
      status: 'completed',
      fileName: 'people.csv',
      rowsRead: 5,
      accepted: 2,
      refused: 2,
      unchanged: 1,
    })
    const [, ...rows] = await tableOf(Buffer.from(world.bucket.text((await latest())?.reportKey ?? '')))
    expect(rows.map((cells) => cells.slice(3, 6).join(' '))).toEqual([
      '2 claimed ',
      '3 refused invalid_address',
      '4 refused unknown_user',
      '5 claimed ',
      '6 unchanged claim_open',
    ])
    const mails = world.mailer.sent.filter(({ tags }) => tags.kind === 'import_finished')
    expect(mails).toMatchObject([{ to: noordzee.adminEmails }])
    expect(world.mailer.sent.flatMap(({ to }) => to).toSorted()).toEqual(
      [...noordzee.adminEmails, ada, bea].toSorted(),
    )
  })

  it('C6: the same S3 event, delivered again at any time, is one import', async () => {
    const emails = await newPeople(3)
    const before = (await imports()).length
    const stored = world.bucket.put(`imports/${noordzee.orgId}/again.csv`, fileOf(emails))
    const event = s3Event(stored, world.clock.now())
    world.queues.imports.send([event, event])
    await world.settle()
    const first = await latest()
    world.clock.advance(3600_000)
    world.queues.imports.send([event])
    await world.settle()
    expect(await imports()).toHaveLength(before + 1)
    expect(await latest()).toEqual(first)
    expect(first).toMatchObject({ status: 'completed', accepted: 3 })
    expect(world.queues.mails.sent).toHaveLength(3 + 1)
  })

  it('C6: the same file under the same key again is another import, that finds all as it is and mails no user', async () => {
    const emails = await newPeople(3)
    await imported('twice.csv', fileOf(emails))
    const mailed = world.mailer.sent.length
    world.clock.advance(1000)
    expect(await imported('twice.csv', fileOf(emails))).toMatchObject({
      status: 'completed',
      accepted: 0,
      unchanged: 3,
    })
    expect(world.mailer.sent.slice(mailed).map(({ tags }) => tags.kind)).toEqual(['import_finished'])
    expect(await claimsOn(emails)).toEqual([1, 1, 1])
  })

  it('an upload that was announced is the import that was made for it, and no other', async () => {
    const emails = await newPeople(1)
    const importId = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z8'
    const objectKey = `imports/${noordzee.orgId}/${importId}.csv`
    const { imports: store } = world.stores
    await store.create(
      {
        importId,
        orgId: noordzee.orgId,
        kind: 'claims',
        status: 'waiting',
        fileName: 'people.csv',
        objectKey,
        sizeBytes: 100,
        createdBy: 'admin:ada',
      },
      world.clock.now(),
    )
    const before = (await imports()).length
    world.upload(objectKey, fileOf(emails))
    await world.settle()
    expect(await imports()).toHaveLength(before)
    expect(await store.get(noordzee.orgId, importId)).toMatchObject({
      status: 'completed',
      accepted: 1,
      fileName: 'people.csv',
      createdBy: 'admin:ada',
    })
    const finished = JSON.stringify(`${importId}/finished`)
    expect(world.queues.mails.sent.filter((mail) => JSON.stringify(mail).includes(finished))).toHaveLength(1)
  })

  const longRow = `${'x'.repeat(65 * 1024)}@noordzee.example,`
  it.each([
    ['no address column', (ok: string) => ok.replace('E-mail', 'Name'), 'no_address_column 1:1'],
    ['no rows', () => `${HEADER}\n`, 'no_rows 2:1'],
    ['nothing in it at all', () => '', 'no_rows 1:1'],
    ['a spreadsheet', () => Buffer.from('PK\x03\x04\x14\x00', 'latin1'), 'binary_file 1:1'],
    ['binary rubbish further on', (ok: string) => `${ok}b\0b@noordzee.example,\n`, 'binary_file 4:1'],
    [
      'an unclosed quote at the very end',
      (ok: string) => `${ok}"bea@noordzee.example,\n`,
      'unclosed_quote 4:1',
    ],
    ['a row over 64 KiB', (ok: string) => `${ok}${longRow}\n`, 'row_too_long 4:1'],
    ['UTF-16 without its mark', (ok: string) => utf16(ok, 'le').subarray(2), 'invalid_encoding 1:1'],
  ] as const)(
    'I2: a file with %s is refused as a whole, with line and column, and nothing is claimed',
    async (_, file, expected) => {
      const emails = await newPeople(2)
      const record = await imported('bad.csv', file(fileOf(emails)))
      expect(record?.status).toBe('failed')
      const { code, line, column, message } = record?.error ?? {}
      expect(`${code} ${line}:${column}`).toBe(expected)
      expect(message).toContain(`Regel ${line}, kolom ${column}: `)
      expect(await claimsOn(emails)).toEqual([undefined, undefined])
      expect(world.queues.rows.sent).toEqual([])
      expect(world.queues.mails.sent).toHaveLength(1)
      expect(world.mailer.sent.at(-1)).toMatchObject({ to: noordzee.adminEmails })
    },
  )

  it('I2: a file for an org that is not there is refused, and one for a name that no org can have is left alone', async () => {
    const emails = await newPeople(1)
    for (const orgId of ['nobody', '~platform']) world.upload(`imports/${orgId}/people.csv`, fileOf(emails))
    await world.settle()
    expect(await latest('nobody')).toMatchObject({
      status: 'failed',
      error: { code: 'unknown_organization' },
    })
    expect(await latest('~platform')).toBeUndefined()
    expect(await claimsOn(emails)).toEqual([undefined])
    expect(Object.values(world.queues).flatMap(({ deadLetters }) => deadLetters)).toEqual([])
  })

  it('I9, I10: the result says what becomes of the content, by row and by reason, and what was not read', async () => {
    const [ada = '', bea = '', cy = ''] = await newPeople(3)
    const rows = [`${ada},,Sales`, `${bea},direct,`, `nobody@noordzee.example,,`, `${cy},delayed,`]
    const csv = `Email,Claim Type,Department\n${rows.join('\n')}\n`
    const record = await imported('loss.csv', csv)
    expect(record).toMatchObject({
      status: 'completed',
      codes: { unknown_user: 1 },
      contentLoss: { chosen_direct: 1 },
    })
    const [header, ...report] = await tableOf(Buffer.from(world.bucket.text(record?.reportKey ?? '')))
    expect(header).toEqual([
      'Email',
      'Claim Type',
      'Department',
      'Content Loss',
      'Line',
      'Result',
      'Code',
      'Message',
    ])
    expect(report.map((cells) => cells.slice(0, 6))).toEqual([
      [ada, 'delayed', 'Sales', '', '2', 'claimed'],
      [bea, 'direct', '', 'chosen_direct', '3', 'claimed'],
      ['nobody@noordzee.example', '', '', '', '4', 'refused'],
      [cy, 'delayed', '', '', '5', 'claimed'],
    ])
  })

  it('I3: a login name and an id of nobody’s are told in one text, from which nothing follows', async () => {
    const record = await imported('words.csv', 'Email,First Name\nEmail,First Name\njdoe,John\nNULL,\n')
    const [, ...report] = await tableOf(Buffer.from(world.bucket.text(record?.reportKey ?? '')))
    expect(report.map((cells) => cells.slice(-2))).toEqual([
      ['header_row', 'Dit is nog een kopregel en staat voor niemand. Haal hem weg.'],
      [
        'domain_not_verified',
        'Dit is geen e-mailadres en geen ID van een account dat je organisatie mag claimen. Vul het e-mailadres in.',
      ],
      ['missing_address', 'Waar het gebruikers-ID of e-mailadres hoort, staat “NULL”.'],
    ])
  })

  it('I1: a file that shows only at its end that it is Windows-1252 is read as such, each row once', async () => {
    const emails = await newPeople(2)
    const [ada = '', bea = ''] = emails
    const nobody = Array.from({ length: 11_000 }, (_, n) => `nobody${n}@noordzee.example,Nobody`)
    const lines = ['Email,First Name', `${ada},Ada`, ...nobody, `${bea},Zo\xeb`, '']
    expect(await imported('excel.csv', Buffer.from(lines.join('\r\n'), 'latin1'))).toMatchObject({
      status: 'completed',
      dialect: { encoding: 'windows-1252' },
      rowsRead: 11_002,
      accepted: 2,
      refused: 11_000,
    })
    const records = await world.stores.accounts.byAddresses([bea])
    expect([...records.values()].map(({ claim }) => claim?.newAccount.firstName)).toEqual(['Zoë'])
  })

  it('an object that is no upload of anyone’s is left alone', async () => {
    const before = (await imports()).length
    for (const key of ['imports/people.csv', 'reports/noordzee/x.csv', 'people.csv'])
      world.upload(key, HEADER)
    await world.settle()
    expect(await imports()).toHaveLength(before)
  })

  it('a key with blanks and letters of any alphabet is read as it is', async () => {
    const emails = await newPeople(1)
    expect(await imported('Übersicht + ½ (1)/mensen – 2.csv', fileOf(emails))).toMatchObject({
      status: 'completed',
      fileName: 'Übersicht + ½ (1)/mensen – 2.csv',
      accepted: 1,
    })
  })

  it('I2: a file that is replaced before it was read is refused, and its successor is imported', async () => {
    const [ada = '', bea = ''] = await newPeople(2)
    world.upload(`imports/${noordzee.orgId}/replaced.csv`, fileOf([ada]))
    world.clock.advance(1)
    world.upload(`imports/${noordzee.orgId}/replaced.csv`, fileOf([bea]))
    await world.settle()
    const [second, first] = await imports()
    expect(first).toMatchObject({ status: 'failed', error: { code: 'file_replaced' } })
    expect(second).toMatchObject({ status: 'completed', accepted: 1 })
    expect(await claimsOn([ada, bea])).toEqual([undefined, 1])
  })

  it('I2: of two invocations that read one file, the one that found it replaced decides, and no row is handled', async () => {
    const emails = await newPeople(1)
    const { imports: store, organizations } = world.stores
    const key = `imports/${noordzee.orgId}/raced.csv`
    const stored = world.bucket.put(key, fileOf(emails))
    const object = {
      key,
      etag: stored.etag,
      sizeBytes: 1,
      sequencer: '1',
      arrivedAt: world.clock.now(),
      principalId: undefined,
    }
    const sent: unknown[] = []
    const ports: ReadImportPorts = {
      imports: store,
      organizations,
      read: world.bucket.read,
      sendChunks: async (chunks) => void sent.push(...chunks),
      continueLater: async () => undefined,
      now: world.clock.now,
      timeLeftMs: () => 300_000,
    }
    const arrival = await importArrived(ports, object)
    if (arrival.outcome !== 'import') throw new Error('no import')
    const { ref } = arrival
    const slower: ImportStore = {
      ...store,
      async run(record) {
        world.bucket.put(key, 'another file')
        const other = { ...record, dialect: undefined }
        await advanceImport({ ...ports, imports: { ...store, get: async () => other } }, ref)
        return store.run(record)
      },
    }
    await advanceImport({ ...ports, imports: slower }, ref)
    expect(await latest()).toMatchObject({ status: 'failed', error: { code: 'file_replaced' } })
    expect(sent).toEqual([])
  })

  it('I3: rows of a file that is replaced before they were handled are refused, each, and the report says so', async () => {
    const emails = await newPeople(3)
    world.upload(`imports/${noordzee.orgId}/gone.csv`, fileOf(emails))
    await world.drain('imports')
    world.bucket.delete(`imports/${noordzee.orgId}/gone.csv`)
    await world.settle()
    const record = await latest()
    expect(record).toMatchObject({ status: 'completed', rowsRead: 3, accepted: 0, refused: 3 })
    const [header, ...rows] = await tableOf(Buffer.from(world.bucket.text(record?.reportKey ?? '')))
    expect(header).toEqual(['E-mail', 'Claim Type', 'Content Loss', 'Line', 'Result', 'Code', 'Message'])
    expect(rows.map((cells) => cells.slice(3, 6))).toEqual(
      ['2', '3', '4'].map((line) => [line, 'refused', 'file_replaced']),
    )
    expect(await claimsOn(emails)).toEqual([undefined, undefined, undefined])
  })

  it('I6: with no time left after each stretch, it hands on, and every row is accounted for once', async () => {
    const rows = 10_050
    // Less than what is kept for handing on, and more than at which a function is cut off.
    world.time.leftMs = 15_000
    const file = fileOf(Array.from({ length: rows }, (_, n) => `u${n}@elsewhere.example`))
    world.upload(`imports/${noordzee.orgId}/long.csv`, file)
    for (let turns = 0; (await latest())?.status !== 'running'; turns++) {
      expect(turns).toBeLessThan(4)
      expect(await world.step('imports')).toBe(true)
    }
    expect(world.queues.rows.sent).toEqual([])
    const handOvers = world.queues.imports.sent.filter((body) => JSON.stringify(body).includes('"continue"'))
    expect(handOvers).toHaveLength(2)
    world.time.leftMs = 300_000
    await world.drain('imports', 'rows')
    expect(await latest()).toMatchObject({
      rowsRead: rows,
      accepted: 0,
      refused: rows,
      chunks: 101,
      chunksDone: 101,
    })
    expect(world.queues.rows.sent).toHaveLength(101)
  })

  it('C10: one id leads from the upload through its chunks to each claim and its mail', () => {
    const ids = (code: LogCode): Set<unknown> =>
      new Set(
        world.log.lines
          .filter((line) => line.code === code)
          .flatMap(({ facts: { correlationId, correlationIds = correlationId } }) => correlationIds),
      )
    const uploads = ids('import.advanced')
    expect(uploads.size).toBeGreaterThan(0)
    expect(uploads).not.toContain(undefined)
    for (const code of ['chunk.handled', 'mail.handled'] as const) {
      expect(ids(code).size).toBeGreaterThan(0)
      expect([...ids(code)].filter((id) => !uploads.has(id))).toEqual([])
    }
  })

  it('A1: the log holds no address', () => {
    expect(JSON.stringify(world.log.lines)).not.toContain('@noordzee.example')
    expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(world.clock.now().getTime()).toBeGreaterThan(Date.parse(START))
  })
})
