import dns from 'node:dns'

/**
 * Sends this process's DNS queries to one server. That includes resolvers that the function creates, which would
 * otherwise use the machine's settings.
 */
export function useDnsServer(server: string): void {
  dns.setServers([server])
  const useServer = <T extends { setServers(servers: readonly string[]): void }>(made: T): T => {
    made.setServers([server])
    return made
  }
  const Callbacks = dns.Resolver
  const Promises = dns.promises.Resolver
  dns.Resolver = new Proxy(Callbacks, {
    construct: (target, [options]) => useServer(new target(options)),
  })
  dns.promises.Resolver = new Proxy(Promises, {
    construct: (target, [options]) => useServer(new target(options)),
  })
}
