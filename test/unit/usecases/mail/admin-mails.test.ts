import { describe, expect, it } from 'vitest'
import type { AdminMailRequest } from '../../../../shared/contracts/mail-requests.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { type AdminMailPorts, mailsToAdmins } from '../../../../shared/usecases/mail/admin-mails.ts'
import { importRecord, org, T0 } from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'

const ports = (found: ImportRecord | undefined): AdminMailPorts => ({
  imports: { get: async () => found },
  reportLink: never,
  syncs: { get: async () => undefined },
  accounts: { byUserIds: never },
  digests: { close: async () => undefined, returned: async () => ({ claimIds: [], more: false }) },
  claims: { byIds: async () => new Map() },
  returnedMailsUrl: '',
  now: () => T0,
})
const ofImport: AdminMailRequest = {
  kind: 'import',
  mailId: 'import-1/finished',
  orgId: 'noordzee',
  importId: 'import-1',
}

describe('a mail to an org’s admins', () => {
  it('N4: is one for each of them, in the org’s language, with an id that is always the same and tells no address', async () => {
    const standing = org({ adminEmails: ['it1@noordzee.example', 'it2@noordzee.example'] })
    const mails = await mailsToAdmins(ports(importRecord()), standing, ofImport)
    expect(mails).toMatchObject([
      { to: 'it1@noordzee.example', locale: 'nl', tags: { kind: 'import_finished' } },
      { to: 'it2@noordzee.example', locale: 'nl', tags: { kind: 'import_finished' } },
    ])
    expect(mails.map(({ mailId }) => mailId)).toEqual([
      'import-1/finished/srRrkz0Kg1AHeCO5',
      'import-1/finished/IOy9PbgSa9f5dJKx',
    ])
    expect(mails[0]?.mail('')).toMatchObject({ kind: 'import_finished', fileName: 'people.csv' })
  })

  it('C6: is one for an address that stands twice in the list, in whichever case', async () => {
    const standing = org({ adminEmails: ['IT1@noordzee.example', 'it1@Noordzee.example'] })
    expect(await mailsToAdmins(ports(importRecord()), standing, ofImport)).toHaveLength(1)
  })

  it('reads nothing where there is nobody to mail', async () => {
    const unread = { ...ports(undefined), imports: { get: never } }
    expect(await mailsToAdmins(unread, org({ adminEmails: [] }), ofImport)).toEqual([])
  })

  it('N4, Y4: is composed of what it is about: an import, a sync, or a day’s returned mails', async () => {
    const { mailId, orgId } = ofImport
    const about = async (request: AdminMailRequest) => {
      const asked: string[] = []
      await mailsToAdmins(
        {
          ...ports(undefined),
          imports: {
            get: async (_orgId, importId) => {
              asked.push(importId)
              return undefined
            },
          },
          syncs: {
            get: async (_orgId, syncId) => {
              asked.push(syncId)
              return undefined
            },
          },
          digests: {
            close: async (_orgId, day) => void asked.push(day),
            returned: async () => ({ claimIds: [], more: false }),
          },
        },
        org(),
        request,
      )
      return asked
    }
    expect(await about(ofImport)).toEqual(['import-1'])
    expect(await about({ kind: 'inactivated', mailId, orgId, syncId: 'sync-1' })).toEqual(['sync-1'])
    expect(await about({ kind: 'removal_warning', mailId, orgId, syncId: 'sync-2', days: 3 })).toEqual([
      'sync-2',
    ])
    expect(await about({ kind: 'mails_returned', mailId, orgId, day: '2026-03-02' })).toEqual(['2026-03-02'])
  })

  it('is none where there is nothing to tell: no import, sync or returned mail', async () => {
    const { mailId, orgId } = ofImport
    const requests: AdminMailRequest[] = [
      ofImport,
      { kind: 'inactivated', mailId, orgId, syncId: 'sync-1' },
      { kind: 'removal_warning', mailId, orgId, syncId: 'sync-1', days: 3 },
      { kind: 'mails_returned', mailId, orgId, day: '2026-03-02' },
    ]
    for (const request of requests) expect(await mailsToAdmins(ports(undefined), org(), request)).toEqual([])
  })
})
