import type { Context } from 'aws-lambda'

/** What Lambda tells a function about its invocation. */
export function lambdaContext(timeLeftMs: () => number): Context {
  const unused = (): void => undefined
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'function',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
    memoryLimitInMB: '1024',
    awsRequestId: 'request',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: timeLeftMs,
    done: unused,
    fail: unused,
    succeed: unused,
  }
}
