import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** The error of the SDK's transport when no answer comes in time. */
class AnswerLost extends Error {
  override readonly name = 'TimeoutError'
}

/**
 * Loses an answer of DynamoDB on its way back: the call has taken effect, and the SDK, which can't know that, repeats
 * it. No emulator does this.
 */
export function losingAnswers(client: DynamoDBClient) {
  let losing: string | undefined
  const attempts: string[] = []
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        attempts.push(commandName)
        const answer = await next(args)
        if (losing === undefined || !commandName.startsWith(losing)) return answer
        losing = undefined
        throw new AnswerLost('the answer was lost')
      },
    // Behind the SDK's own retries, which have a high priority in this step.
    { step: 'finalizeRequest', priority: 'low', name: 'losingAnswers' },
  )
  return {
    /** Makes the answer to the next call of this command get lost. */
    lose(command: 'Put' | 'Update' | 'TransactWrite' | 'BatchExecuteStatement'): void {
      losing = command
      attempts.length = 0
    },
    /** Whether the call whose answer was lost has been repeated. */
    get retried(): boolean {
      return losing === undefined && attempts.length > 1
    },
  }
}
