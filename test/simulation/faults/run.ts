/**
 * `npm run faults`: plays every command once for each AWS call it makes and each fault that the call can meet. The
 * end state must be that of the undisturbed run. `npm run faults -- TEXT` plays the commands whose names contain the
 * text.
 */

import { commands } from './commands.ts'
import { actionsOf, allowedCalls, changingOperations, forbiddenAmong } from './coverage.ts'
import { applies, compare, plansFor, playOnce } from './matrix.ts'
import { faults } from './planned-weather.ts'

const [only = ''] = process.argv.slice(2)
const chosen = Object.entries(commands).filter(([name]) => name.includes(only))
const began = performance.now()

/** By call and fault: how often it was tried, and how often the end state differed. */
const cells = new Map<string, { tried: number; differed: number }>()
const cellOf = (call: string, fault: string) => {
  const id = `${call}\n${fault}`
  const cell = cells.get(id) ?? { tried: 0, differed: 0 }
  cells.set(id, cell)
  return cell
}
const calls = new Set<string>()
const operations = new Set<string>()
let runs = 0
let differing = 0

for (const [name, command] of chosen) {
  const undisturbed = await playOnce(command)
  if (undisturbed.failure !== undefined) throw new Error(`${name}: ${undisturbed.failure}`)
  const plans = plansFor(undisturbed.calls)
  let failed = 0
  for (const plan of plans) {
    const found = compare(plan, undisturbed, await playOnce(command, plan), command.alike)
    const cell = cellOf(plan.call, plan.fault)
    cell.tried++
    if (found.length === 0) continue
    failed++
    cell.differed++
    console.log(`${name}: ${plan.fault} at call ${plan.nth + 1} of ${plan.call}`)
    for (const line of found) console.log(`    ${line}`)
  }
  runs += plans.length
  differing += failed
  for (const call of undisturbed.calls) calls.add(call)
  for (const operation of undisturbed.operations) operations.add(operation)
  console.log(`${String(plans.length).padStart(4)} runs, ${failed} differ  ${name}`)
}

const width = Math.max(...[...calls].map((call) => call.length))
const short = {
  unreached: 'unreached',
  answer_lost: 'lost',
  throttled: 'throttled',
  conflict: 'conflict',
  unavailable: '5xx',
  partial: 'partial',
  killed_before: 'killed<',
  killed_after: 'killed>',
} as const
console.log(`\n${''.padEnd(width)}  ${faults.map((fault) => short[fault].padStart(9)).join('')}`)
for (const call of [...calls].sort()) {
  const row = faults.map((fault) => {
    if (!applies(fault, call)) return '–'
    const { tried, differed } = cellOf(call, fault)
    return differed > 0 ? `${differed}/${tried}!` : String(tried)
  })
  console.log(`${call.padEnd(width)}  ${row.map((text) => text.padStart(9)).join('')}`)
}

const possible = [...calls].flatMap((call) =>
  faults.filter((fault) => applies(fault, call)).map((fault) => cellOf(call, fault)),
)
const tried = possible.filter((cell) => cell.tried > 0).length
console.log(
  `\n${tried} of ${possible.length} cells, ${runs} runs, ${differing} differ, ${Math.round((performance.now() - began) / 1000)} s`,
)

let uncovered = 0
if (only === '') {
  const allowed = await allowedCalls()
  const made = actionsOf(calls)
  const unmade = [...allowed.keys()].filter((action) => !made.has(action))
  const uncalled = changingOperations.filter((operation) => !operations.has(operation))
  console.log(
    `${allowed.size - unmade.length} of ${allowed.size} of what the functions may do, by the template`,
  )
  for (const action of unmade) console.log(`    never called: ${action} (${allowed.get(action)})`)
  console.log(
    `${changingOperations.length - uncalled.length} of ${changingOperations.length} operations that change something`,
  )
  for (const operation of uncalled) console.log(`    never called: ${operation}`)
  const forbidden = forbiddenAmong(calls, allowed)
  for (const call of forbidden) console.log(`    not allowed: ${call}`)
  uncovered = unmade.length + uncalled.length + forbidden.length
}
if (differing > 0 || uncovered > 0 || tried < possible.length) process.exitCode = 1
