import type { SqsQueue, SqsStore } from '../fauxqs/fauxqs-internals.ts'

/*
 * Makes fauxqs' queues go by the service's clock instead of the machine's: hidden and delayed messages return when
 * that clock says so, and messages older than their retention are dropped.
 */

type Message = SqsQueue['messages'][number]

/** SQS's defaults in seconds, for attributes that the template doesn't set. */
const DEFAULT_VISIBILITY_SECONDS = 30
const DEFAULT_RETENTION_SECONDS = 4 * 86_400

/** How often old messages are looked for, since it means reading all of them. SQS doesn't do so at once either. */
const RETENTION_CHECK_MS = 1_000

const secondsOf = (queue: SqsQueue, attribute: string, otherwise: number): number =>
  Number(queue.attributes[attribute] ?? otherwise)

function wake(queue: SqsQueue): void {
  for (const { timer, resolve } of queue.pollWaiters.splice(0)) {
    clearTimeout(timer)
    resolve()
  }
}

function dropOld(queue: SqsQueue, nowMs: number): void {
  const oldestMs = nowMs - 1_000 * secondsOf(queue, 'MessageRetentionPeriod', DEFAULT_RETENTION_SECONDS)
  const keeps = (message: Message): boolean => {
    if (message.sentTimestamp >= oldestMs) return true
    queue.persistence?.deleteMessage(message.messageId)
    return false
  }
  queue.messages = queue.messages.filter(keeps)
  queue.delayedMessages = queue.delayedMessages.filter(keeps)
  for (const [handle, { message }] of queue.inflightMessages) {
    if (!keeps(message)) queue.inflightMessages.delete(handle)
  }
}

function keepTime(queue: SqsQueue, now: () => number): void {
  const dequeue = queue.dequeue.bind(queue)
  const enqueue = queue.enqueue.bind(queue)
  const changeVisibility = queue.changeVisibility.bind(queue)
  let retentionCheckedAtMs = now()

  queue.processTimers = () => {
    const nowMs = now()
    for (const [handle, { message, visibilityDeadline }] of queue.inflightMessages) {
      if (visibilityDeadline > nowMs) continue
      queue.inflightMessages.delete(handle)
      queue.persistence?.updateMessageReady(message.messageId)
      queue.messages.push(message)
    }
    const isReady = ({ delayUntil }: Message) => delayUntil === undefined || delayUntil <= nowMs
    if (queue.delayedMessages.some(isReady)) {
      queue.messages.push(...queue.delayedMessages.filter(isReady))
      queue.delayedMessages = queue.delayedMessages.filter((message) => !isReady(message))
    }
    if (nowMs - retentionCheckedAtMs >= RETENTION_CHECK_MS) {
      retentionCheckedAtMs = nowMs
      dropOld(queue, nowMs)
    }
    if (queue.messages.length > 0) wake(queue)
  }

  queue.enqueue = (message) => {
    // A message that was received before is being moved to the dead letters, and keeps its age.
    if (message.approximateReceiveCount > 0) return enqueue(message)
    const { delayUntil, sentTimestamp } = message
    message.sentTimestamp = now()
    if (delayUntil === undefined) return enqueue(message)
    message.delayUntil = now() + delayUntil - sentTimestamp
    queue.persistence?.insertMessage(queue.name, message)
    queue.delayedMessages.push(message)
  }

  queue.dequeue = (max, visibilitySeconds, deadLettersOf) => {
    const received = dequeue(max, visibilitySeconds, deadLettersOf)
    const seconds = visibilitySeconds ?? secondsOf(queue, 'VisibilityTimeout', DEFAULT_VISIBILITY_SECONDS)
    for (const { ReceiptHandle: handle } of received) {
      const entry = queue.inflightMessages.get(handle)
      if (entry === undefined) continue
      const { message } = entry
      entry.visibilityDeadline = now() + seconds * 1_000
      if (message.approximateReceiveCount === 1) message.approximateFirstReceiveTimestamp = now()
      queue.persistence?.updateMessageInflight(
        message.messageId,
        handle,
        entry.visibilityDeadline,
        message.approximateReceiveCount,
        message.approximateFirstReceiveTimestamp,
      )
    }
    return received
  }

  queue.changeVisibility = (handle, seconds) => {
    changeVisibility(handle, seconds)
    const entry = queue.inflightMessages.get(handle)
    if (entry !== undefined) entry.visibilityDeadline = now() + seconds * 1_000
  }
}

/** Makes every queue of the store, including later ones, go by the given clock (milliseconds since 1970). */
export function keepQueueTime(store: SqsStore, now: () => number): void {
  const createQueue = store.createQueue.bind(store)
  store.createQueue = (...args) => {
    const queue = createQueue(...args)
    if (queue.isFifo()) throw new Error(`${queue.name}: FIFO queues aren't kept by the service's clock`)
    keepTime(queue, now)
    return queue
  }
}

/** When the next hidden or delayed message of each queue becomes visible, in milliseconds since 1970. */
export function nextReleases(store: SqsStore): Map<string, number> {
  const releases = new Map<string, number>()
  for (const queue of store.allQueues()) {
    let next = Number.POSITIVE_INFINITY
    for (const { visibilityDeadline } of queue.inflightMessages.values()) {
      next = Math.min(next, visibilityDeadline)
    }
    for (const { delayUntil } of queue.delayedMessages) next = Math.min(next, delayUntil ?? next)
    if (next !== Number.POSITIVE_INFINITY) releases.set(queue.name, next)
  }
  return releases
}
