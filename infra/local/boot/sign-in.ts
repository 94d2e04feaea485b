import { onNextFreePort, portOf } from '../http/listen.ts'
import type { FunctionDefinition } from '../template/wiring-functions.ts'
import { type Issuer, type IssuerOptions, startIssuer } from '../oidc/issuer-server.ts'
import { localConsoleClient, localIssuer } from '../project-settings.ts'

/** Starts the issuer, with the console under the API's address `api` as its only client. */
export function startSignIn(
  o: Pick<IssuerOptions, 'key' | 'now' | 'organizations'> & {
    readonly api: string
    /** The first port to try; any free one for 0. */
    readonly firstPort: number
  },
): Promise<Issuer> {
  const { key, now, organizations } = o
  const origins = [o.api, `http://localhost:${portOf(o.api)}`]
  const client = {
    id: localConsoleClient,
    redirectUris: origins.map((origin) => `${origin}/console/callback`),
    signedOutUris: origins.map((origin) => `${origin}/console/signed-out`),
  }
  return onNextFreePort(o.firstPort, (port) =>
    startIssuer({ key, now, port, origins, clients: [client], organizations }),
  )
}

/**
 * Replaces the issuer's name in the functions' environment by its address. The template contains the name; browsers
 * need the address, which is known only once the issuer listens.
 */
export function withIssuerAddress(
  definitions: readonly FunctionDefinition[],
  address: string,
): FunctionDefinition[] {
  const replaced = (value: string) => (value === localIssuer ? address : value)
  return definitions.map((each) => ({
    ...each,
    environment: Object.fromEntries(
      Object.entries(each.environment).map(([name, value]) => [name, replaced(value)]),
    ),
  }))
}
