/** A call of a JSON protocol (DynamoDB's, SQS's), complete. */
export interface JsonCall {
  authorization: string
  /** `X-Amz-Target`: the service's API version and the operation. */
  target: string
  contentType: string
  body: Buffer
}

export interface JsonAnswer {
  status: number
  /** Names and values in turn, without the length. */
  headers: string[]
  body: Buffer
}
