/** A complete call of a JSON protocol: DynamoDB's or SQS's. */
export interface JsonCall {
  authorization: string
  /** `X-Amz-Target`: the service's API version and the operation. */
  target: string
  contentType: string
  body: Buffer
}

export interface JsonAnswer {
  status: number
  /** Names and values in turn, without content-length. */
  headers: string[]
  body: Buffer
}
