import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimView, eventFile, expectOk, importView, problem, type World } from '../support/world.ts'
import { sampleWorld } from '../support/worlds.ts'

/** The hardest to read of the five; that all five come to the same is proven in `test/integration/usecases`. */
const FILE = 'people-excel-nl.csv'
/** 1,200 rows, each with its claim, mail and effects, on whatever machine this is. */
const IMPORT_TIMEOUT_MS = 600_000

/** What the sample list must come to, worked out here from the accounts and the list alone (T2–T4). */
async function expected() {
  const accounts = parse(await eventFile('accounts.csv'), { columns: true }) as {
    email: string
    orgId: string
  }[]
  const people = parse(await eventFile('people-comma.csv'), { columns: true, bom: true }) as Record<
    string,
    string
  >[]
  const orgOf = new Map(accounts.map(({ email, orgId }) => [email, orgId]))
  const outcomes = people.map((row) => {
    const movable = orgOf.get(row['User ID/Email (Required)'] ?? '') === 'personal'
    const wanted = row['Claim Type']
    if (wanted === 'delayed' && !movable) return 'refused'
    return wanted === 'direct' || !movable ? 'direct' : 'delayed'
  })
  const count = (outcome: string): number => outcomes.filter((found) => found === outcome).length
  return {
    rows: people.length,
    refused: count('refused'),
    direct: count('direct'),
    delayed: count('delayed'),
  }
}

describe('an import, from the bucket to the report', () => {
  let world: World
  beforeAll(async () => {
    world = await sampleWorld()
  })
  afterAll(() => world.stop())

  it('I1, I5: every row of the list comes to what the list calls for', {
    timeout: IMPORT_TIMEOUT_MS,
  }, async () => {
    const wanted = await expected()
    const done = await world.import('noordzee', FILE, await eventFile(FILE))
    expect(done).toMatchObject({
      status: 'completed',
      percent: 100,
      rowsRead: wanted.rows,
      claimed: wanted.direct + wanted.delayed,
      refused: wanted.refused,
      unchanged: 0,
      // C10: as S3 names who put it there.
      createdBy: expect.stringMatching(/^s3:AWS:AIDA/),
    })
    const claims = await world.list(claimView, 'noordzee', '/v1/claims')
    expect(claims.filter(({ type }) => type === 'delayed')).toHaveLength(wanted.delayed)
    expect(claims.filter(({ type }) => type === 'direct')).toHaveLength(wanted.direct)
    const zoe = claims.find(({ email }) => email.startsWith('zoe.van.den.berg1@'))
    expect(zoe).toMatchObject({ type: 'delayed', originalUserId: 'acc00001' })
    expect(zoe).toMatchObject({ importId: done.importId, createdBy: done.createdBy })
    const user = await world.as('noordzee', 'GET', `/v1/users/${zoe?.newUserId}`)
    expect(user.body).toMatchObject({
      firstName: 'Zoë',
      lastName: 'van den Berg',
      displayName: 'Zoë van den Berg',
    })
  })

  it('I4: the report has the file’s own columns and what became of each row', async () => {
    const [done] = await world.list(importView, 'noordzee', '/v1/imports')
    if (done === undefined) throw new Error('no import')
    const text = (await (await fetch(done.reportUrl ?? '')).text()).replace(/^\uFEFF/, '')
    const rows = parse(text, { columns: true, delimiter: ';' }) as Record<string, string>[]
    expect(rows).toHaveLength(1200)
    expect(Object.keys(rows[0] ?? {}).slice(-4)).toEqual(['Line', 'Result', 'Code', 'Message'])
    const refused = rows.filter((row) => row.Result === 'refused')
    expect(refused).toHaveLength(done.refused)
    expect(new Set(refused.map((row) => row.Code))).toEqual(new Set(['delayed_not_available']))
    expect(refused.every((row) => (row.Message ?? '') !== '')).toBe(true)
  })

  it('N1: each claimed person has one mail, in their own language, and the admin one with the counts', async () => {
    const mails = await world.service.messages()
    const claims = await world.list(claimView, 'noordzee', '/v1/claims')
    expect(mails).toHaveLength(claims.length + 1)
    expect(new Set(mails.flatMap(({ to }) => to)).size).toBe(claims.length + 1)
    expect(await world.service.messages('it@noordzee.example')).toHaveLength(1)
    expect(claims.every(({ notification }) => notification === 'sent')).toBe(true)
  })

  it('C6: the same file again claims nobody and mails nobody but the admin', {
    timeout: IMPORT_TIMEOUT_MS,
  }, async () => {
    const before = await world.service.messages()
    const again = await world.import('noordzee', 'second.csv', await eventFile(FILE))
    const [, first] = await world.list(importView, 'noordzee', '/v1/imports')
    expect(again).toMatchObject({ claimed: 0, unchanged: first?.claimed, refused: first?.refused })
    expect((await world.service.messages()).length - before.length).toBe(1)
  })

  it('I: the presigned POST takes the one object it was made for, and its import is the one that was announced', async () => {
    const body = 'E-mailadres;Voornaam\nnobody@noordzee.example;Nobody\n'
    const created = expectOk(
      await world.as('noordzee', 'POST', '/v1/imports', {
        fileName: 'my people.csv',
        sizeBytes: body.length,
      }),
    )
    const { importId, upload } = created.body as {
      importId: string
      upload: { url: string; fields: Record<string, string> }
    }
    expect((await world.as('noordzee', 'GET', `/v1/imports/${importId}`)).body).toMatchObject({
      status: 'waiting',
    })
    const form = new FormData()
    for (const [name, value] of Object.entries(upload.fields)) form.append(name, value)
    form.append('file', new Blob([body], { type: 'text/csv' }), 'my people.csv')
    expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBeLessThan(300)
    await world.service.settle()
    expect((await world.as('noordzee', 'GET', `/v1/imports/${importId}`)).body).toMatchObject({
      status: 'completed',
      rowsRead: 1,
      claimed: 0,
      refused: 1,
    })
  })

  it.each([
    ['no address column', 'Voornaam;Achternaam\nSanne;de Boer\n', 'no_address_column'],
    [
      'an unclosed quote at the very end',
      `Email\n${'wim.mcdonald@noordzee.example\n'.repeat(300)}"never closed\n`,
      'unclosed_quote',
    ],
    ['a header and nothing below it', 'Email,Claim Type\n', 'no_rows'],
    ['binary data', '\u0000\u0001\u0002\u0003', 'binary_file'],
  ])(
    'I2: a file with %s is refused as a whole, with line and column, and nothing is claimed',
    async (_what, body, code) => {
      const before = await world.list(claimView, 'noordzee', '/v1/claims')
      const refused = await world.import('noordzee', `${code}.csv`, body)
      expect(refused).toMatchObject({ status: 'failed', claimed: 0, refused: 0, error: { code } })
      expect(refused.error).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
      expect(await world.list(claimView, 'noordzee', '/v1/claims')).toHaveLength(before.length)
    },
  )

  it('I3: bad rows are refused one by one and the others go on; one of nothing but separators is no row', async () => {
    await world.user('sound', { orgId: 'personal' })
    const rows = [
      'not an address',
      '',
      'ghost@noordzee.example',
      'someone@elsewhere.example',
      'sound@noordzee.example',
    ]
    const done = await world.import(
      'noordzee',
      'mixed.csv',
      `Email,Claim Type\n${rows.map((row) => `${row},`).join('\n')}\n`,
    )
    expect(done).toMatchObject({ status: 'completed', rowsRead: 4, claimed: 1, refused: 3 })
  })

  it('an unknown org in the key is refused by name, and the file stays', async () => {
    const refused = await world.import('ghost-org', 'people.csv', await eventFile('people-comma.csv'))
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'unknown_organization' } })
    expect(await world.service.download('imports/ghost-org/people.csv')).toBeDefined()
  })

  it('another org sees nothing of it', async () => {
    const [mine] = await world.list(importView, 'noordzee', '/v1/imports')
    const foreign = await world.as('dunes-bv', 'GET', `/v1/imports/${mine?.importId}`)
    expect(foreign.status).toBe(404)
    expect(problem(foreign).code).toBe('not_found')
  })

  it('the service finds nothing wrong with itself, and no message ended in a dead-letter queue', async () => {
    expect((await world.service.settle()).deadLetters).toEqual({})
    expect(await world.service.problems()).toEqual([])
  })
})
