import type { Assembling } from '../assembly/assemble.ts'
import type { FaultCounts } from '../aws/dynamodb/faults/fault-injector.ts'
import type { GivenFaultOptions } from '../aws/dynamodb/faults/options.ts'
import type { Meter } from '../aws/gateway/meter.ts'
import type { Endpoints } from '../instance/endpoints.ts'
import type { SignInOrganization } from '../oidc/sign-in-page.ts'
import type { SigningKey } from '../oidc/signing-key.ts'
import type { RunnableAction } from '../studio/calls.ts'
import type { StudioLink } from '../studio/wire.ts'

export interface BootOptions {
  /** The port of the API; the other parts get the ports after it. Any free ports without it. */
  readonly port?: number
  /**
   * Whether the API may take another port, the one it had last or the next free one, if `port` is taken. Otherwise
   * that is an error.
   */
  readonly mayMovePort?: boolean
  /** The folder in which state is kept; in memory without it. */
  readonly data?: string
  /** The address of another DynamoDB; without it, `DYNAMODB_ENDPOINT`, and otherwise the embedded one. */
  readonly dynamodbEndpoint?: string
  /** Faults that the functions' DynamoDB calls meet; without it, `DYNAMODB_FAULTS`. */
  readonly dynamodbFaults?: GivenFaultOptions
  /** The folder of a cloud assembly; without it, the app is synthesized. */
  readonly assembly?: string
  /** Settings for the synthesis, as for a deployment. */
  readonly settings?: Readonly<Record<string, string>>
  /** What `startAssembling` has started already, instead of `assembly`. */
  readonly assembling?: Assembling
  /** Written once everything answers, and removed at the end. */
  readonly endpointsFile?: string
  /** Where the functions' output is written. */
  readonly logFile?: string
  /** The folder of the key pair that signs tokens. The pair is created if missing. */
  readonly keyFolder?: string
  /** The organizations that the issuer's sign-in page lists. Any id can be entered in any case. */
  readonly organizations?: (
    service: Pick<Running, 'endpoints' | 'key'>,
  ) => Promise<readonly SignInOrganization[]>
  /** Links that the studio shows. */
  readonly links?: (service: Pick<Running, 'endpoints' | 'key'>) => readonly StudioLink[]
  /** Actions that the studio offers. */
  readonly actions?: (service: Pick<Running, 'endpoints' | 'key'>) => readonly RunnableAction[]
  /** Counts the functions' AWS calls, if given. */
  readonly meter?: Meter
  readonly isVerbose?: boolean
  /** Called with each line that people should see: problems, and with `isVerbose` everything. */
  readonly show?: (line: string) => void
  /** Called when a part dies without which the service can't go on. */
  readonly onFatal?: (error: Error) => void
}

export interface Running {
  readonly endpoints: Endpoints
  /** Signs local tokens. */
  readonly key: SigningKey
  readonly logFile: string
  /** The embedded DynamoDB's file, for tests that need more items than the API takes in reasonable time. */
  readonly databasePath: string | undefined
  /** The faults injected so far, if any are. */
  readonly faults: (() => FaultCounts) | undefined
  /** Starts to build the studio's page, which otherwise its first visitor waits for. */
  readonly prepareStudio: () => Promise<unknown>
  /** Milliseconds from the call of `boot` to a service that answers. */
  readonly bootMs: number
  /** Stops everything that was started. May be called twice. */
  stop(): Promise<void>
}
