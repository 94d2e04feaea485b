import * as z from 'zod'
import { MAX_LINKS } from '../../../shared/rules/mail/claim-mail.ts'
import type { DecisionKind } from '../../../shared/rules/types.ts'
import { pauseStore } from '../../../shared/storage/stores/pauses.ts'
import { giveConversations } from '../bulk.ts'
import { openMemoryTable } from '../dynamo/client.ts'
import { listIn, textIn } from '../oracle/answers.ts'
import { orgBody, type Scene, verifyDomain } from '../people.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** By then everything that isn't scheduled for later is over, whatever failed at first. */
const SETTLED_MS = 6 * HOUR_MS

export interface Command {
  /** Prepares what the command needs. */
  readonly prepare: (scene: Scene) => Promise<void>
  readonly run: (scene: Scene) => Promise<unknown>
  /** How long it takes until everything is over. */
  readonly lastsMs: number
  /** Milliseconds per call: long enough that functions run out of time and hand on the rest. */
  readonly latencyMs?: number
  /** Removes what two end states of the command may differ in. */
  readonly alike?: (line: string) => string
}

const encoded = encodeURIComponent

const person = (userId: string, orgId: string, more: Record<string, unknown> = {}) => ({
  email: `${userId}@acme.example`,
  firstName: 'Given',
  lastName: 'Family',
  orgId,
  status: 'active',
  paid: false,
  locale: 'en',
  licenses: [],
  ...more,
})

const conversation = { title: 'A talk', lastActivityAt: '2026-02-01T00:00:00Z', messages: 3, bytes: 10 }

/** Two orgs to claim from, one that claims, and people in them. */
async function people({ caller }: Scene): Promise<void> {
  await caller.platform('PUT', '/organizations/home', orgBody('home'))
  await caller.platform('PUT', '/organizations/corp', orgBody('corp'))
  for (const [userId, orgId] of [
    ['ada', 'home'],
    ['bea', 'home'],
    ['cy', 'corp'],
    ['dan', 'acme'],
    ['eve', 'acme'],
  ] as const)
    await caller.platform('PUT', `/users/${userId}`, person(userId, orgId))
  for (const id of ['talk1', 'talk2'])
    await caller.platform('PUT', `/users/ada/conversations/${id}`, conversation)
}

async function base(scene: Scene): Promise<void> {
  await scene.caller.platform('PUT', '/organizations/acme', orgBody('acme'))
  await verifyDomain(scene, 'acme', 'acme.example')
  await people(scene)
}

/** Writes conversations as if one by one, long ago. */
function manyConversations({ world }: Scene, userId: string, count: number): void {
  const many = Array.from({ length: count }, (_, n) => ({ id: `long${n}`, ...conversation }))
  giveConversations(world.table, userId, userId, many)
}

/** Claims users, and asks again for those answered `busy` (C8). */
async function claim(
  { caller }: Scene,
  emails: readonly string[],
  licenses?: readonly string[],
): Promise<void> {
  let left = emails
  for (let attempt = 0; left.length > 0 && attempt < 3; attempt++) {
    const users = left.map((email) => ({ email }))
    const { body } = await caller.admin('acme', 'POST', '/v1/claims', {
      users,
      acknowledgePermanent: true,
      ...(licenses === undefined ? {} : { licenses }),
    })
    const results = listIn(body, 'results').map((result) => busyResult.safeParse(result).data)
    left = results.flatMap((result) => (result?.codes.includes('busy') ? result.email : []))
  }
}

const busyResult = z.object({ email: z.string(), codes: z.array(z.string()) })

/** Requests a preview, and uploads its file. */
async function preview({ world, caller }: Scene): Promise<string> {
  const form = { fileName: 'p.csv', sizeBytes: 99, preview: true }
  const { body } = await caller.admin('acme', 'POST', '/v1/imports', form)
  const importId = textIn(body, 'importId')
  world.upload(
    `imports/acme/${importId}.csv`,
    'Email\nada@acme.example\ncy@acme.example\nnobody@acme.example\n',
  )
  return importId
}

const settle = ({ caller }: Scene) => caller.pause(HOUR_MS)

async function claimed(scene: Scene): Promise<void> {
  await base(scene)
  await claim(scene, ['ada@acme.example'])
  await settle(scene)
}

const claimIdOf = ({ ledger }: Scene, recordId: string): string =>
  ledger.records.get(recordId)?.claim?.claimId ?? ''

const linkIn = ({ world }: Scene): string =>
  /\/decisions\/(?:confirmations\/)?[\w-]+/.exec(world.mail.sent.at(-1)?.text ?? '')?.[0] ?? '/decisions/none'

const decide = (decision: DecisionKind, more: Record<string, unknown> = {}): Command => ({
  prepare: claimed,
  run: async (scene) => {
    await scene.caller.platform('POST', '/sign-ins', { email: 'ada@acme.example' })
    await scene.caller.user('POST', linkIn(scene), { decision, ...more })
  },
  lastsMs: SETTLED_MS,
})

const syncBody = (mode: string, ...emails: string[]) => ({ mode, emails })
const sync = ({ caller }: Scene, mode: string, ...emails: string[]) =>
  caller.admin('acme', 'POST', '/v1/directory/syncs', syncBody(mode, ...emails))

/** Eight users, none of whom is in the directory. */
async function crowd(scene: Scene): Promise<void> {
  await base(scene)
  for (let n = 0; n < 8; n++)
    await scene.caller.platform('PUT', `/users/many${n}`, person(`many${n}`, 'acme'))
  await sync(scene, 'full', 'dan@acme.example')
  await settle(scene)
}

async function everyList({ caller }: Scene): Promise<void> {
  for (const path of [
    '/organization',
    '/domains',
    '/claimable-users',
    '/claims',
    '/claims?email=ada@acme.example',
    '/claims?notification=bounced',
    '/outgoing-claims',
    '/imports',
    '/users',
    '/users/dan',
    '/directory/syncs',
    '/audit',
    '/audit?what=claim.created',
    '/summary',
    '/me',
  ])
    await caller.admin('acme', 'GET', `/v1${path}`)
  for (const path of ['/organizations', '/organizations/acme', '/imports', '/users/dan'])
    await caller.platform('GET', path)
}

/** Every command of the service. */
export const commands: Readonly<Record<string, Command>> = {
  'make an organization, and change it': {
    prepare: async () => {},
    run: async ({ caller }) => {
      await caller.platform('PUT', '/organizations/acme', orgBody('acme'))
      await caller.platform('PUT', '/organizations/acme', orgBody('acme', { sso: true }))
      await caller.admin('acme', 'PATCH', '/v1/organization', { licenseTemplate: ['mail'], locale: 'nl' })
    },
    lastsMs: SETTLED_MS,
  },
  'verify a domain, claim it, release it, remove it': {
    prepare: async ({ caller }) => {
      await caller.platform('PUT', '/organizations/acme', orgBody('acme'))
    },
    run: async (scene) => {
      await verifyDomain(scene, 'acme', 'acme.example')
      await scene.caller.admin('acme', 'POST', '/v1/domains/acme.example/claim')
      await scene.caller.admin('acme', 'POST', '/v1/domains/acme.example/release')
      await scene.caller.admin('acme', 'DELETE', '/v1/domains/acme.example')
    },
    lastsMs: SETTLED_MS,
  },
  'make accounts and conversations, and change them': {
    prepare: async (scene) => {
      await scene.caller.platform('PUT', '/organizations/acme', orgBody('acme'))
    },
    run: async (scene) => {
      await people(scene)
      await scene.caller.platform('PUT', '/users/ada', person('ada', 'home', { email: 'ada2@acme.example' }))
      await scene.caller.platform('PUT', '/users/bea', person('bea', 'home', { status: 'inactive' }))
    },
    lastsMs: SETTLED_MS,
  },
  'claim by hand': {
    prepare: base,
    run: async (scene) => {
      const users = [{ email: 'ada@acme.example' }]
      await scene.caller.admin('acme', 'POST', '/v1/claims/preview', { users, acknowledgePermanent: true })
      await claim(scene, ['ada@acme.example', 'cy@acme.example', 'nobody@acme.example'], ['pro'])
    },
    lastsMs: SETTLED_MS,
  },
  'claim, and let 14 days pass': {
    prepare: base,
    run: (scene) => claim(scene, ['ada@acme.example']),
    lastsMs: 15 * DAY_MS,
  },
  'claim two in one minute, and let 14 days pass': {
    prepare: base,
    run: (scene) => claim(scene, ['ada@acme.example', 'bea@acme.example']),
    lastsMs: 15 * DAY_MS,
  },
  'import a file': {
    prepare: base,
    run: async ({ world, caller }) => {
      world.upload(
        'imports/acme/a.csv',
        'Email,Claim Type\nada@acme.example,\ncy@acme.example,direct\nnobody@acme.example,\n',
      )
      await caller.admin('acme', 'POST', '/v1/imports', { fileName: 'b.csv', sizeBytes: 99 })
    },
    lastsMs: SETTLED_MS,
  },
  'preview a file, and confirm it': {
    prepare: base,
    run: async (scene) => {
      const { caller } = scene
      const importId = await preview(scene)
      await caller.pause(HOUR_MS)
      await caller.admin('acme', 'POST', `/v1/imports/${importId}/confirm`, { acknowledgePermanent: true })
    },
    lastsMs: SETTLED_MS,
  },
  'cancel an import': {
    prepare: base,
    run: async (scene) => {
      const { caller } = scene
      const importId = await preview(scene)
      await caller.pause(HOUR_MS)
      await caller.admin('acme', 'POST', `/v1/imports/${importId}/cancel`)
    },
    lastsMs: SETTLED_MS,
  },
  'refuse a file as a whole': {
    prepare: base,
    run: async ({ world }) => world.upload('imports/acme/a.csv', 'Name\nAda\n'),
    lastsMs: SETTLED_MS,
  },
  'load accounts in bulk': {
    prepare: base,
    run: async ({ world }) =>
      world.upload(
        'accounts/a.csv',
        'userId,email,orgId\nzoe,zoe@acme.example,home\nada,ada3@acme.example,home\nyan,yan@acme.example,nowhere\n',
      ),
    lastsMs: SETTLED_MS,
    // A row whose account was loaded before the worker died is reported as unchanged, since accounts don't record
    // their row.
    alike: (line) =>
      line
        .replaceAll('"unchanged"', '"claimed"')
        .replace(/"(?:accepted|claimed|unchanged)":\d+/g, '"loaded"')
        // The same in the counts of each chunk.
        .replace(/"\d+ \d+ \d+"/g, '"loaded"'),
  },
  'export who can be claimed': {
    prepare: base,
    run: async ({ caller }) => {
      const { body } = await caller.admin('acme', 'POST', '/v1/claimable-users/exports', {})
      await caller.pause(HOUR_MS)
      await caller.admin('acme', 'GET', `/v1/claimable-users/exports/${textIn(body, 'exportId')}`)
    },
    lastsMs: SETTLED_MS,
  },
  'export the claims': {
    prepare: claimed,
    run: async ({ caller }) => {
      const { body } = await caller.admin('acme', 'POST', '/v1/claims/exports', {})
      await caller.pause(HOUR_MS)
      await caller.admin('acme', 'GET', `/v1/claims/exports/${textIn(body, 'exportId')}`)
    },
    lastsMs: SETTLED_MS,
  },
  'sign in, and have everything moved': decide('transfer_content'),
  'sign in, and have the old account deleted': decide('delete_original'),
  'sign in, and ask for another address that nobody confirms': {
    ...decide('change_email', { newEmail: 'ada@private.example' }),
    lastsMs: 2 * DAY_MS,
  },
  'confirm another address, and keep the old account': {
    prepare: async (scene) => {
      await claimed(scene)
      await scene.caller.user('POST', linkIn(scene), {
        decision: 'change_email',
        newEmail: 'ada@private.example',
      })
      await settle(scene)
    },
    run: (scene) => scene.caller.user('POST', linkIn(scene)),
    lastsMs: SETTLED_MS,
  },
  'revoke a claim': {
    prepare: claimed,
    run: (scene) =>
      scene.caller.admin('acme', 'POST', `/v1/claims/${encoded(claimIdOf(scene, 'ada'))}/revoke`),
    lastsMs: SETTLED_MS,
  },
  'have the mail sent again': {
    prepare: async (scene) => {
      await claimed(scene)
      await scene.caller.pause(25 * HOUR_MS)
    },
    run: (scene) =>
      scene.caller.admin('acme', 'POST', `/v1/claims/${encoded(claimIdOf(scene, 'ada'))}/notify`),
    lastsMs: SETTLED_MS,
  },
  'have the mail sent again, beyond the links that stand with the claim': {
    prepare: async (scene) => {
      await claimed(scene)
      for (let sent = 1; sent < MAX_LINKS; sent++) {
        await scene.caller.pause(25 * HOUR_MS)
        await scene.caller.admin('acme', 'POST', `/v1/claims/${encoded(claimIdOf(scene, 'ada'))}/notify`)
      }
      await scene.caller.pause(25 * HOUR_MS)
    },
    run: (scene) =>
      scene.caller.admin('acme', 'POST', `/v1/claims/${encoded(claimIdOf(scene, 'ada'))}/notify`),
    lastsMs: SETTLED_MS,
  },
  'bounce a mail': {
    prepare: base,
    run: async (scene) => {
      scene.world.mail.bouncing.set('ada@acme.example', 'bounce')
      await claim(scene, ['ada@acme.example'])
    },
    lastsMs: 4 * DAY_MS,
    // A mail that was sent twice after a crash bounces with the second one's id.
    alike: (line) => line.replace(/mail:ses-\d+/g, 'mail:ses'),
  },
  'say that an address takes mail again': {
    prepare: async (scene) => {
      await base(scene)
      scene.world.mail.bouncing.set('ada@acme.example', 'bounce')
      await claim(scene, ['ada@acme.example'])
      await scene.caller.pause(4 * DAY_MS)
      scene.world.mail.bouncing.clear()
    },
    run: (scene) => scene.caller.admin('acme', 'DELETE', `/v1/suppressions/${encoded('ada@acme.example')}`),
    lastsMs: SETTLED_MS,
  },
  'make whom the directory misses inactive, restore one, remove the other': {
    prepare: async (scene) => {
      await base(scene)
      await scene.caller.platform('PUT', '/users/dan/conversations/talk3', conversation)
    },
    run: async (scene) => {
      await sync(scene, 'dry_run', 'eve@acme.example')
      await sync(scene, 'full')
      await scene.caller.pause(DAY_MS)
      await sync(scene, 'full', 'eve@acme.example')
    },
    lastsMs: 33 * DAY_MS,
  },
  'compare a directory that was uploaded': {
    prepare: base,
    run: async ({ caller, world }) => {
      const { body } = await caller.admin('acme', 'POST', '/v1/directory/syncs', { mode: 'full' })
      world.upload(
        `directory/acme/${textIn(body, 'syncId')}.csv`,
        'Email\neve@acme.example\nnew@acme.example\n',
      )
    },
    lastsMs: SETTLED_MS,
  },
  'confirm a sync that is held': {
    prepare: crowd,
    run: async ({ caller }) => {
      const { body } = await caller.admin('acme', 'GET', '/v1/directory/syncs')
      const [held] = listIn(body, 'items')
      await caller.admin('acme', 'POST', `/v1/directory/syncs/${textIn(held, 'syncId')}/confirm`)
    },
    lastsMs: SETTLED_MS,
  },
  'change a user, and delete another': {
    prepare: base,
    run: async ({ caller }) => {
      await caller.admin('acme', 'PATCH', '/v1/users/dan', { firstName: 'Daniel', licenses: ['pro'] })
      await caller.admin('acme', 'DELETE', '/v1/users/eve')
    },
    lastsMs: SETTLED_MS,
  },
  'give the account of a direct claim another address, and take the claim back': {
    prepare: async (scene) => {
      await base(scene)
      await claim(scene, ['cy@acme.example'])
      await settle(scene)
    },
    run: async (scene) => {
      const { claim } = scene.ledger.records.get('cy') ?? {}
      const body = { email: 'cy.married@acme.example' }
      await scene.caller.admin('acme', 'PATCH', `/v1/users/${encoded(claim?.newUserId ?? '')}`, body)
      await scene.caller.admin('acme', 'POST', `/v1/claims/${encoded(claim?.claimId ?? '')}/revoke`)
    },
    lastsMs: SETTLED_MS,
  },
  'delete an organization that claims': {
    prepare: async (scene) => {
      await claimed(scene)
      scene.world.upload('imports/acme/a.csv', 'Email\nnobody@acme.example\n')
      await settle(scene)
    },
    run: ({ caller }) => caller.platform('DELETE', '/organizations/acme', { confirmName: 'The acme org' }),
    lastsMs: 3 * DAY_MS,
  },
  'delete an organization that is claimed from': {
    prepare: async (scene) => {
      await base(scene)
      await claim(scene, ['cy@acme.example'])
      await settle(scene)
    },
    run: ({ caller }) => caller.platform('DELETE', '/organizations/corp', { confirmName: 'The corp org' }),
    lastsMs: 3 * DAY_MS,
  },
  'take the deletion of an organization back': {
    prepare: claimed,
    run: async ({ caller }) => {
      await caller.platform('DELETE', '/organizations/acme', { confirmName: 'The acme org' })
      await caller.pause(HOUR_MS)
      await caller.platform('POST', '/organizations/acme/restore')
    },
    lastsMs: 3 * DAY_MS,
  },
  'make up for a schedule that was lost': {
    prepare: claimed,
    run: async (scene) => {
      await scene.caller.pause(15 * DAY_MS)
      scene.world.queues.get('due')?.send(JSON.stringify({ kind: 'sweep' }))
    },
    lastsMs: SETTLED_MS,
  },
  'end a claim that has nothing to move': {
    prepare: async (scene) => {
      await base(scene)
      await claim(scene, ['bea@acme.example'])
      await settle(scene)
    },
    run: ({ caller }) => caller.pause(15 * DAY_MS),
    lastsMs: SETTLED_MS,
  },
  'move more than a function has time for': {
    prepare: async (scene) => {
      await claimed(scene)
      manyConversations(scene, 'ada', 1_200)
      await scene.caller.platform('POST', '/sign-ins', { email: 'ada@acme.example' })
    },
    run: (scene) => scene.caller.user('POST', linkIn(scene), { decision: 'transfer_content' }),
    lastsMs: SETTLED_MS,
    latencyMs: 2_000,
  },
  'remove more than a function has time for': {
    prepare: async (scene) => {
      await base(scene)
      manyConversations(scene, 'eve', 5_000)
    },
    run: ({ caller }) => caller.admin('acme', 'DELETE', '/v1/users/eve'),
    lastsMs: DAY_MS,
    latencyMs: 1_500,
  },
  'compare a directory in many parts': {
    prepare: async (scene) => {
      scene.world.syncSizes = { rowsPerRun: 2, rowsPerComparison: 3, actionsPerBatch: 1 }
      await base(scene)
      await scene.caller.platform('PUT', '/users/fay', person('fay', 'acme'))
    },
    run: (scene) =>
      sync(scene, 'full', 'eve@acme.example', 'new1@acme.example', 'new2@acme.example', 'new3@acme.example'),
    lastsMs: SETTLED_MS,
  },
  'pause the mails, and let them go out later': {
    prepare: async (scene) => {
      await base(scene)
      await pauseStore(openMemoryTable(scene.world.table)).pause('mail', new Date(scene.world.now))
      await scene.caller.pause(5 * MINUTE_MS)
    },
    run: async (scene) => {
      await claim(scene, ['ada@acme.example'])
      await scene.caller.pause(2 * HOUR_MS)
      await pauseStore(openMemoryTable(scene.world.table)).resume('mail')
    },
    lastsMs: SETTLED_MS,
  },
  'look at everything': {
    prepare: claimed,
    run: async (scene) => {
      await everyList(scene)
      await scene.caller.admin('acme', 'GET', `/v1/claims/${encoded(claimIdOf(scene, 'ada'))}`)
      await scene.caller.user('GET', linkIn(scene))
      await scene.caller.platform('GET', '/users/ada/conversations')
    },
    lastsMs: SETTLED_MS,
  },
}
