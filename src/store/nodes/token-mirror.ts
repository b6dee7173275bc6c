import { uptime } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { tokens } from '../schema/log.ts'
import type { Connection } from '../sqlite/connection.ts'
import { transact } from '../sqlite/transaction.ts'
import { inserter } from '../sqlite/write-buffer.ts'
import { type Token, tokensOf } from '../tokens.ts'

/*
 * Keeps a copy of the log's tokens in the file of a node: for reading, for backups, and for a store that leaves the log. The file says when
 * they were last read, so that a node that is started again counts from there. The uptime of the machine counts, which no change of its clock
 * moves, and which all threads share. The clock counts beside it over a restart, because the machine may have been started again, too.
 */

/** How long tokens count while the log cannot be reached, in milliseconds. */
export const GRACE = 300_000

/** When the tokens of the log were read, in milliseconds. */
export interface Reading {
  /** Since 1970. */
  readonly at: number
  /** Since the machine was started. */
  readonly uptime: number
}

/** A reading of this thread. */
export interface OrderedReading extends Reading {
  /** The uptime of the machine, in steps of a hundredth of a second, does not tell which of two readings came first. */
  readonly number: number
}

let readings = 0

export function readNow(): OrderedReading {
  return { at: Date.now(), uptime: Math.round(uptime() * 1_000), number: ++readings }
}

/** Milliseconds from a reading to a later one, rather too many than too few. Infinity if the clock was put back in between. */
export function ageOf(read: Reading, now: Reading): number {
  if (now.at < read.at) return Infinity
  return Math.max(now.at - read.at, now.uptime < read.uptime ? now.uptime : now.uptime - read.uptime)
}

export class TokenMirror {
  readonly #connection: Connection
  /** The file may say an earlier time than the last one by so much: every commit costs readers what they have cached. */
  readonly #markEvery: number
  #markedAt: number
  /** The number of the last reading that was not ignored. */
  #kept = 0
  /** The uptime of the machine when the tokens in the file were last those of the log, in milliseconds; -Infinity if they never were. */
  readAt: number

  constructor(connection: Connection, grace = GRACE) {
    this.#connection = connection
    this.#markEvery = grace / 10
    const marked = connection
      .prepare('select tokens_at as at, tokens_uptime as uptime from node where tokens_at is not null')
      .get() as Reading | undefined
    const now = readNow()
    this.readAt = this.#markedAt = marked === undefined ? -Infinity : now.uptime - ageOf(marked, now)
  }

  /**
   * `read` is when the log was asked for them. Ignores them if later ones are kept already: they may have waited for the connection for long.
   * Returns whether they differed from those of the file.
   */
  async keep(all: readonly Token[], read: OrderedReading): Promise<boolean> {
    if (read.number < this.#kept) return false
    this.#kept = read.number
    const connection = this.#connection
    const differ = !isDeepStrictEqual(tokensOf(connection), all)
    if (!differ) this.readAt = read.uptime
    if (!differ && read.uptime - this.#markedAt < this.#markEvery) return false
    await transact(connection, () => {
      if (differ) {
        connection.exec('delete from tokens')
        const insert = inserter(connection, tokens)
        for (const token of all) insert(token)
      }
      connection.prepare('update node set tokens_at = ?, tokens_uptime = ?').run(read.at, read.uptime)
    })
    this.#markedAt = this.readAt = read.uptime
    return differ
  }
}
