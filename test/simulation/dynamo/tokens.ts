/** DynamoDB's own class for it isn't exported by name. */
export class BadRequest extends Error {
  override readonly name = 'ValidationException'
  readonly $fault = 'client'
  readonly $metadata = { httpStatusCode: 400 }
}

const TOKEN =
  /\s*(?:(?<word>[A-Za-z_][\w-]*)|(?<name>#[\w-]+)|(?<value>:[\w-]+)|(?<number>\d+)|(?<symbol><>|<=|>=|[=<>(),.[\]+\-*{}:]))/y

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol'
  readonly text: string
}

/** Reads the tokens of an expression one after the other. */
export class Tokens {
  readonly #tokens: Token[] = []
  readonly #expression: string
  #at = 0

  constructor(expression: string) {
    this.#expression = expression
    const text = expression.trimEnd()
    TOKEN.lastIndex = 0
    while (TOKEN.lastIndex < text.length) {
      const from = TOKEN.lastIndex
      const groups = TOKEN.exec(text)?.groups
      const [kind, found] = Object.entries(groups ?? {}).find(([, one]) => one !== undefined) ?? []
      if (kind === undefined || found === undefined)
        throw new BadRequest(`Invalid expression at "${text.slice(from)}"`)
      this.#tokens.push({ kind: kindOf(kind), text: found })
    }
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead]
  }

  next(): Token {
    const token = this.#tokens[this.#at++]
    if (token === undefined)
      throw new BadRequest(`Invalid expression, it ends too early: ${this.#expression}`)
    return token
  }

  /** Consumes the next token if it is this symbol or, in any letter case, this word. */
  take(text: string): boolean {
    const token = this.peek()
    const isIt = token?.kind === 'word' ? token.text.toUpperCase() === text : token?.text === text
    if (isIt) this.#at++
    return isIt
  }

  expect(text: string): void {
    if (!this.take(text))
      throw new BadRequest(
        `Invalid expression, ${text} expected at ${this.peek()?.text}: ${this.#expression}`,
      )
  }
}

function kindOf(group: string): Token['kind'] {
  switch (group) {
    case 'word':
    case 'name':
    case 'value':
    case 'number':
      return group
    default:
      return 'symbol'
  }
}
