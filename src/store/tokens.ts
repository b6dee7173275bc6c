import { hash, randomBytes } from 'node:crypto'
import { DemarcheError, show } from '../model/errors.ts'
import { nearestKeys } from '../model/records/key.ts'
import { holdsToken, redactTokens, TOKEN_FORM, TOKEN_PREFIX, tokenNameProblem } from '../model/token.ts'
import type { TokenScope } from '../model/vocabulary/service.ts'
import { pick, select } from './queries/select.ts'
import { sql } from './schema/drizzle.ts'
import { tokens } from './schema/log.ts'
import type { Connection } from './sqlite/connection.ts'
import type { Reader } from './sqlite/prepared.ts'
import { transact } from './sqlite/transaction.ts'
import { inserter } from './sqlite/write-buffer.ts'

/** A token, without its secret. Times are milliseconds since 1970. */
export type Token = (typeof ALL)['row']

const ALL = select(
  pick(tokens, 'name', 'hash', 'scope', 'createdAt', 'expiresAt', 'revokedAt', 'lastUsedAt'),
  sql`from ${tokens} order by ${tokens}.rowid`,
)

/** In the order of their creation. */
export function tokensOf(connection: Connection): readonly Token[] {
  return connection.prepare(ALL.sql).all() as Token[]
}

export interface NewToken {
  readonly scope: TokenScope
  /** By default the scope and a number. */
  readonly name?: string | undefined
  /** In milliseconds. By default, the token does not expire. */
  readonly lifetime?: number | undefined
}

interface TokensOptions {
  /** What reads them. `dataVersion` changes whenever they may have. */
  readonly reader: Pick<Reader, 'dataVersion'> & { all(query: typeof ALL): readonly Token[] }
  /** Undefined if the store is open for reading only. */
  readonly writer: TokenWriter | undefined
  readonly now: () => number
  /** Whether the tokens have not been compared with those of the log for too long. They count no more then. By default, never. */
  readonly areStale?: (() => boolean) | undefined
}

/** What writes tokens: the file of the store, or the log of a node. */
export interface TokenWriter {
  /** Throws `TOKEN_NAME_TAKEN`. */
  createToken(token: Token): Promise<void>
  /** Whether the token was not revoked before. */
  revokeToken(name: string, at: number): Promise<boolean>
  recordUse(uses: ReadonlyMap<string, number>): Promise<void>
}

/** Writes the tokens of a store in its file. */
export function tokenWriter(connection: Connection): TokenWriter {
  return {
    async createToken(token) {
      await transact(connection, () => {
        if (connection.prepare('select 1 from tokens where name = ?').get(token.name) !== undefined)
          throw nameTaken(token.name)
        inserter(connection, tokens)(token)
      })
    },
    async revokeToken(name, at) {
      const revoke = connection.prepare('update tokens set revoked_at = ? where name = ? and revoked_at is null')
      return await transact(connection, () => revoke.run(at, name).changes === 1)
    },
    async recordUse(uses) {
      await transact(
        connection,
        () => {
          const update = connection.prepare(
            'update tokens set last_used_at = max(coalesce(last_used_at, 0), @at) where name = @name',
          )
          for (const [name, at] of uses) update.run({ name, at })
        },
        USE_PATIENCE,
      )
    },
  }
}

/** How long last uses wait while another process writes, in milliseconds. They can be written later. */
const USE_PATIENCE = 1_000

/** The tokens of a store, kept in memory until the store changes: a revocation holds from the next look on, also one by another process. */
export class Tokens {
  readonly #options: TokensOptions
  #dataVersion: number | undefined
  #byName: ReadonlyMap<string, Token> = new Map()
  #byHash: ReadonlyMap<string, Token> = new Map()

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** All tokens, also those that ended, in the order of their creation. */
  list(): readonly Token[] {
    this.#refresh()
    return [...this.#byName.values()]
  }

  /** Throws `LOG_UNREACHABLE` if the log has been away for so long that tokens may have been revoked meanwhile. */
  assertFresh(): void {
    if (this.#options.areStale?.() !== true) return
    throw new DemarcheError(
      'LOG_UNREACHABLE',
      'Tokens cannot be checked, because the log cannot be reached. Try again.',
    )
  }

  get(name: string): Token | undefined {
    this.#refresh()
    return this.#byName.get(name)
  }

  /**
   * The token with this secret, also one that ended. Only hashes are compared: how long that takes can tell how much of a hash agrees,
   * which does not help to find 256 random bits that have the hash. Throws `LOG_UNREACHABLE` as `assertFresh` does.
   */
  find(secret: string): Token | undefined {
    this.#refresh()
    this.assertFresh()
    return TOKEN_FORM.test(secret) ? this.#byHash.get(hashOf(secret)) : undefined
  }

  /** Creates a token. Its secret cannot be read again. Throws `TOKEN_NAME_INVALID`, `TOKEN_NAME_TAKEN`. */
  async create({ scope, name, lifetime }: NewToken): Promise<{ readonly token: Token; readonly secret: string }> {
    const problem = name === undefined ? null : tokenNameProblem(name)
    if (problem !== null) throw new DemarcheError('TOKEN_NAME_INVALID', `${show(redactTokens(name ?? ''))}: ${problem}`)
    const secret = `${TOKEN_PREFIX}${randomBytes(32).toString('hex')}`
    for (;;) {
      const createdAt = this.#options.now()
      const token: Token = {
        name: name ?? numbered(scope.toLowerCase(), (tried) => this.get(tried) === undefined),
        hash: hashOf(secret),
        scope,
        createdAt,
        expiresAt: lifetime === undefined ? null : createdAt + lifetime,
        revokedAt: null,
        lastUsedAt: null,
      }
      try {
        await this.#writer.createToken(token)
        return { token, secret }
      } catch (error) {
        // Another process may have taken the number.
        const isTaken = error instanceof DemarcheError && error.code === 'TOKEN_NAME_TAKEN'
        if (name !== undefined || !isTaken || this.get(token.name) === undefined) throw error
      }
    }
  }

  /** Revokes a token for good, by its name or its secret. One that is revoked already stays as it is. Throws `TOKEN_UNKNOWN`. */
  async revoke(nameOrSecret: string): Promise<{ readonly token: Token; readonly wasRevoked: boolean }> {
    const token = this.get(nameOrSecret) ?? this.find(nameOrSecret)
    if (token === undefined) throw unknownToken(nameOrSecret, this.#byName.keys())
    const revokedAt = this.#options.now()
    const wasValid = await this.#writer.revokeToken(token.name, revokedAt)
    return { token: this.get(token.name) ?? token, wasRevoked: !wasValid }
  }

  /** Records when each of the named tokens was last used. Throws `STORE_BUSY`, `STORE_FULL`; the caller may then try again. */
  async recordUse(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.#writer.recordUse(uses)
  }

  get #writer(): TokenWriter {
    const { writer } = this.#options
    if (writer === undefined) throw new Error('the store is open for reading only')
    return writer
  }

  #refresh(): void {
    const { reader } = this.#options
    const dataVersion = reader.dataVersion()
    if (dataVersion === this.#dataVersion) return
    const all = reader.all(ALL)
    this.#byName = new Map(all.map((token) => [token.name, token]))
    this.#byHash = new Map(all.map((token) => [token.hash, token]))
    this.#dataVersion = dataVersion
  }
}

function hashOf(secret: string): string {
  return hash('sha256', secret)
}

/** `record-1`, or with the first number that makes the name free. */
function numbered(scope: string, isFree: (name: string) => boolean): string {
  let number = 1
  while (!isFree(`${scope}-${number}`)) number++
  return `${scope}-${number}`
}

function nameTaken(name: string): DemarcheError {
  const message = `there is a token "${name}" already; choose another name (a revoked token keeps its name)`
  return new DemarcheError('TOKEN_NAME_TAKEN', message)
}

function unknownToken(name: string, names: Iterable<string>): DemarcheError {
  if (holdsToken(name)) return new DemarcheError('TOKEN_UNKNOWN', 'this store has no such token')
  const nearest = nearestKeys(name, names)
  const hint = nearest.length > 0 ? `did you mean ${nearest.join(', ')}?` : 'see `demarche token list`'
  return new DemarcheError('TOKEN_UNKNOWN', `there is no token ${show(name)}; ${hint}`)
}
