import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { projectRoot } from '../../infra/project.ts'
import { platformPoolScope, poolGroups, poolResourceServer } from '../../shared/http/pool.ts'
import { routes } from '../../shared/http/routes.ts'
import { settings } from '../../shared/contracts/settings.ts'
import { tableSchema } from '../../shared/storage/schema.ts'
import { synthesizedTemplate } from './template.ts'

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const guide = read('docs/deploy.md')
const template = await synthesizedTemplate({
  mailFrom: 'claims@acme.example',
  publicUrl: 'https://claims.acme.example',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d',
})

/** The first group of each match in the guide, each once. */
const found = (pattern: RegExp): readonly string[] => [
  ...new Set([...guide.matchAll(pattern)].map(([, first]) => first ?? '')),
]

describe('docs/deploy.md', () => {
  it('is where README.md sends who wants to deploy', () => {
    expect(read('README.md')).toContain('](docs/deploy.md)')
  })

  it('gives settings that there are', () => {
    const given = found(/-c (\w+)=/g)
    expect(given.length).toBeGreaterThan(5)
    expect(given.filter((name) => !Object.hasOwn(settings.shape, name))).toEqual([])
  })

  it('names every output of the stack that somebody has to do something with, and none that isn’t there', () => {
    const named = found(/(?:`|outputs? |Id, |Id and )([A-Z]\w+(?:Record\d?|Id|Url|Name))\b/g)
    expect(named.filter((name) => !template.outputs.includes(name))).toEqual([])
    const told = template.outputs.filter((output) => !guide.includes(output))
    // DkimRecord1 to 3 are told as a range, and the bus is for the platform's own rules.
    expect(told).toEqual(['EventBusName', 'DkimRecord2'])
  })

  it('runs scripts that there are', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')))
    expect(found(/npm run ([\w:-]+)/g).filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('calls routes that there are', () => {
    const paths = routes.map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`))
    const called = found(/\$API(\/[\w./{}-]+)/g)
    expect(called.length).toBeGreaterThan(5)
    expect(called.filter((path) => !paths.some((pattern) => pattern.test(path)))).toEqual([])
  })

  it('signs an admin in by a flow that the pool’s client allows, and that nobody can use from outside the account', () => {
    const [people] = template
      .ofType('AWS::Cognito::UserPoolClient')
      .filter(({ properties }) => properties.GenerateSecret !== true)
    const allowed = z.array(z.string()).parse(people?.properties.ExplicitAuthFlows)
    expect(allowed.toSorted()).toEqual([
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
      'ALLOW_USER_SRP_AUTH',
    ])
    expect(found(/--auth-flow (\w+)/g).map((flow) => `ALLOW_${flow}`)).toEqual([
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    ])
    expect(poolGroups).toEqual(expect.arrayContaining([...found(/--group-name (\w+)/g)]))
    expect(found(/scope=(\S+)\)? \$URL/g)).toEqual([`${poolResourceServer}/${platformPoolScope}`])
  })

  it('gives a restored table what the template gives the table', () => {
    const table = template.get('Table').properties
    expect(guide).toContain(`StreamViewType=${tableSchema.streamView}`)
    expect(guide).toContain(`AttributeName=${tableSchema.ttlAttribute}`)
    expect(table).toMatchObject({
      StreamSpecification: { StreamViewType: tableSchema.streamView },
      TimeToLiveSpecification: { AttributeName: tableSchema.ttlAttribute },
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
        },
      ],
    })
    expect(guide).toContain('RecoveryPeriodInDays=7')
  })
})
