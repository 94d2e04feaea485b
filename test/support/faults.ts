/** Thrown by every call of a process that has died. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

/** Ports that only return a value and call nothing outside the process. */
const PURE = new Set([
  'now',
  'isPaused',
  'timeLeftMs',
  'ulid',
  'newToken',
  'newAttempt',
  'randomBytes',
  'decisionUrl',
  'plain',
])

export interface Fault {
  /** The number of the call at which the process dies, from 1. */
  readonly at: number
  /** Whether the call takes effect before its answer is lost. */
  readonly when: 'before' | 'after'
}

/**
 * Kills a function at one of its calls to the outside. Of the calls made through `wrap`ped ports, the chosen one
 * fails, and so does every later one until `revive`, as in a process that is gone.
 */
export function faultInjector() {
  let calls = 0
  let fault: Fault | undefined
  let dead = false
  const underWay = new Set<Promise<unknown>>()
  const names: string[] = []

  function call(name: string, run: () => unknown): unknown {
    if (dead) throw new Killed(name)
    calls++
    names.push(name)
    const struck = fault?.at === calls ? fault : undefined
    if (struck?.when === 'before') {
      dead = true
      throw new Killed(name)
    }
    const result = run()
    if (!(result instanceof Promise)) {
      if (struck === undefined) return result
      dead = true
      throw new Killed(name)
    }
    const answer = result.then((value: unknown) => {
      if (struck !== undefined) dead = true
      // Nobody receives the answer of a call that was under way when the process died.
      if (dead) throw new Killed(name)
      return value
    })
    underWay.add(answer)
    const forget = (): void => {
      underWay.delete(answer)
    }
    answer.then(forget, forget)
    return answer
  }

  function wrap<T extends object>(ports: T, path = ''): T {
    return new Proxy(ports, {
      get(target, property, receiver) {
        const value: unknown = Reflect.get(target, property, receiver)
        const name = `${path}${String(property)}`
        if (typeof value === 'function')
          return PURE.has(String(property))
            ? value
            : (...args: unknown[]) => {
                const run = (): unknown => Reflect.apply(value, target, args)
                if (value.constructor.name === 'AsyncGeneratorFunction') return call(name, run)
                try {
                  return call(name, run)
                } catch (error) {
                  return Promise.reject(error)
                }
              }
        return isPlainObject(value) ? wrap(value, `${name}.`) : value
      },
    })
  }

  return {
    wrap,
    /** Arms the fault, and begins to count calls. */
    arm(next: Fault | undefined): void {
      calls = 0
      names.length = 0
      fault = next
    },
    get calls(): number {
      return calls
    },
    get names(): readonly string[] {
      return names
    },
    get dead(): boolean {
      return dead
    },
    /** Starts a fresh process, once nothing of the old one is under way. */
    async revive(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled(underWay)
      await new Promise((resolve) => setImmediate(resolve))
      dead = false
    },
  }
}

export type FaultInjector = ReturnType<typeof faultInjector>

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
