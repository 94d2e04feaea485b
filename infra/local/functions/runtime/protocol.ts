/** The messages between a function's process and the service, over the process's IPC channel. */

export interface ClockState {
  /** Added to the machine's clock while the service's clock runs. */
  readonly offsetMs: number
  /** Milliseconds since 1970 while it stands still. */
  readonly frozenAtMs: number | null
}

export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export interface InitMessage {
  readonly kind: 'init'
  readonly directory: string
  /** `index.handler`: module and export. */
  readonly handler: string
  readonly clock: ClockState
  /** `address:port` of the DNS server for all lookups. */
  readonly dns?: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
}

export interface InvokeMessage {
  readonly kind: 'invoke'
  readonly requestId: string
  /** JSON, as Lambda hands it over. */
  readonly event: string
  readonly timeoutMs: number
}

export interface ClockMessage {
  readonly kind: 'clock'
  readonly id: number
  readonly clock: ClockState
}

export type ToRuntime = InitMessage | InvokeMessage | ClockMessage

export interface Memory {
  /** Largest resident memory of the process so far. */
  readonly peakRssBytes: number
  readonly rssBytes: number
  /** CPU time since the process began, including the system's. */
  readonly cpuMicroseconds: number
}

export type FromRuntime =
  | { readonly kind: 'ready'; readonly memory: Memory }
  | { readonly kind: 'unable'; readonly error: FunctionError }
  | { readonly kind: 'clock'; readonly id: number }
  | { readonly kind: 'done'; readonly requestId: string; readonly payload: string; readonly memory: Memory }
  | {
      readonly kind: 'failed'
      readonly requestId: string
      readonly error: FunctionError
      readonly memory: Memory
    }
