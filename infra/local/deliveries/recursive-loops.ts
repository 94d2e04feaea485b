/**
 * Finds functions that can trigger themselves, through the queues and the bucket that their roles may write to.
 * Lambda stops such a loop after 16 turns, unless the function allows it.
 */
import { TemplateError } from '../assembly/read-assembly.ts'
import type { PolicyEvaluator } from '../aws/iam/policy-evaluation.ts'
import { accessKeyOfRole } from '../permissions/roles.ts'
import type { Wiring } from '../template/wiring.ts'
import type { FunctionDefinition } from '../template/wiring-functions.ts'

/** An action on a resource that triggers a function. */
interface FeedPath {
  readonly action: string
  readonly resource: string
  readonly functionArn: string
}

function feedPathsOf(wiring: Wiring): FeedPath[] {
  const readersOf = (queueArn: string) =>
    wiring.queueSources
      .filter((source) => source.sourceArn === queueArn)
      .map(({ functionArn }) => functionArn)
  return [
    ...wiring.queueSources.map(({ sourceArn, functionArn }) => ({
      action: 'sqs:SendMessage',
      resource: sourceArn,
      functionArn,
    })),
    ...wiring.buckets.flatMap((bucket) =>
      bucket.notifications.flatMap(({ prefix, suffix, queueArn }) =>
        readersOf(queueArn).map((functionArn) => ({
          action: 's3:PutObject',
          resource: `${bucket.arn}/${prefix}x${suffix}`,
          functionArn,
        })),
      ),
    ),
  ]
}

/** The functions in a loop, by themselves or with others. */
export async function loopingFunctions(
  wiring: Wiring,
  evaluate: PolicyEvaluator,
): Promise<FunctionDefinition[]> {
  const paths = feedPathsOf(wiring)
  const fed = wiring.functions.filter(({ arn }) => paths.some(({ functionArn }) => functionArn === arn))
  const feeds = new Map<string, string[]>()
  for (const { arn, roleArn } of fed) {
    const accessKeyId = accessKeyOfRole(roleArn)
    const woken: string[] = []
    for (const { action, resource, functionArn } of paths)
      if ((await evaluate({ accessKeyId, action, resource })).allowed) woken.push(functionArn)
    feeds.set(arn, woken)
  }
  const reaches = (from: string, target: string): boolean => {
    const seen = new Set<string>()
    const next = [...(feeds.get(from) ?? [])]
    for (let arn = next.pop(); arn !== undefined; arn = next.pop()) {
      if (arn === target) return true
      if (seen.has(arn)) continue
      seen.add(arn)
      next.push(...(feeds.get(arn) ?? []))
    }
    return false
  }
  return fed.filter(({ arn }) => reaches(arn, arn))
}

/** @throws TemplateError for a function that Lambda would stop after 16 turns, in the middle of its work */
export async function checkLoops(wiring: Wiring, evaluate: PolicyEvaluator): Promise<void> {
  const stopped = (await loopingFunctions(wiring, evaluate)).find((each) => !each.mayLoop)
  if (stopped === undefined) return
  throw new TemplateError(
    `${stopped.logicalId}: it may send to what feeds it, and Lambda stops that after 16 turns without RecursiveLoop: Allow`,
  )
}
