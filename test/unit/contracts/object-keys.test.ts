import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { objectKeys, orgFolders, uploadKeys } from '../../../shared/contracts/object-keys.ts'

const contract = readFileSync(join(projectRoot, 'docs/contract.md'), 'utf8')
const rows = contract.slice(contract.indexOf('\n| key |'), contract.indexOf('\nClaim CSV'))
/** As the contract writes them: `imports/{orgId}/{anything}.csv`. */
const shapes = Array.from(rows.matchAll(/^\| `([^`]+)`/gm), ([, shape = '']) => shape)
const keyOf = (shape: string): string => shape.replaceAll(/\{(\w+)\}/g, '$1')

describe('the keys of objects', () => {
  it('are those of the contract', () => {
    expect(shapes).toHaveLength(5)
    const written = [
      objectKeys.report('{orgId}', '{importId}'),
      objectKeys.export('{orgId}', '{exportId}'),
      objectKeys.directory('{orgId}', '{syncId}'),
    ]
    expect(shapes).toEqual(expect.arrayContaining(written))
  })

  it('are read back where the contract lets them be uploaded', () => {
    const [claimFile = '', , , directory = '', accountFile = ''] = shapes.map(keyOf)
    expect(uploadKeys.claimFile.exec(claimFile)?.groups).toEqual({ orgId: 'orgId', fileName: 'anything.csv' })
    expect(uploadKeys.claimFile.test(objectKeys.claimFile('acme', 'i1'))).toBe(true)
    expect(uploadKeys.directory.exec(directory)?.groups).toEqual({ orgId: 'orgId', syncId: 'syncId' })
    expect(uploadKeys.accountFile.exec(accountFile)?.groups).toEqual({ fileName: 'anything.csv' })
    expect([claimFile, accountFile, directory].map((key) => uploadKeys.imported.test(key))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('O1: are all below a folder of their organization, which goes with it, save the platform’s bulk loads', () => {
    const made = [
      objectKeys.claimFile('acme', 'x'),
      objectKeys.report('acme', 'x'),
      objectKeys.export('acme', 'x'),
      objectKeys.directory('acme', 'x'),
      objectKeys.syncFolder('acme', 'x'),
    ]
    expect(new Set(made.map((key) => key.slice(0, key.lastIndexOf('x'))))).toEqual(
      new Set(orgFolders.map((folder) => `${folder}/acme/`)),
    )
  })
})
