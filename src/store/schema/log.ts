import type { RecordKind, Space } from '../../model/records/definitions.ts'
import type { RevisionKind } from '../../model/vocabulary/development.ts'
import type { TokenScope } from '../../model/vocabulary/service.ts'
import { check, index, integer, oneOf, primaryKey, sql, sqliteTable, text, unique } from './drizzle.ts'

/** The log, the source of truth. `project` writes every other table from it, except those below. */
export const changes = sqliteTable(
  'changes',
  {
    seq: integer().primaryKey(),
    /** The last seq of the transaction: everything that was appended together is known as of this seq. */
    batch: integer().notNull(),
    space: oneOf<Space>(),
    record: oneOf<RecordKind>(),
    key: text().notNull(),
    revision: integer().notNull(),
    kind: oneOf<RevisionKind>(),
    note: text(),
    /** Milliseconds since 1970; never decreases along the log. */
    at: integer().notNull(),
    by: text(),
    origin: text().notNull(),
    format: integer().notNull(),
    /** The whole record as canonical JSON, in the terms of `format`. */
    content: text().notNull(),
  },
  (t) => [
    unique().on(t.space, t.key, t.revision),
    index('changes_by_batch').on(t.batch),
    index('changes_by_at').on(t.at),
    check('changes_counted', sql`${t.seq} > 0 and ${t.batch} >= ${t.seq} and ${t.revision} > 0`),
  ],
)

/** A row of the log. */
export type LoggedChange = Readonly<typeof changes.$inferSelect>

/** The table whose `id` is the seq at which a record of the space entered. */
export function identitiesOf(space: Space): string {
  return `${space}s`
}

/** One row: the versions that the projections were written with. */
export const projection = sqliteTable('projection', { id: integer().primaryKey(), projectedWith: text().notNull() })

/** The epochs of this store's cursors; the current one has no `honoured_up_to`. */
export const epochs = sqliteTable('epochs', {
  epoch: text().primaryKey(),
  bornAt: integer().notNull(),
  /** The last seq up to which cursors of an ended epoch remain valid. */
  honouredUpTo: integer(),
})

/** One row in the file of a node: the log that its changes are of. A store that holds the log itself has none. */
export const node = sqliteTable('node', {
  id: integer().primaryKey(),
  log: text().notNull(),
  /** When the tokens of the log were last read: milliseconds since 1970, and since the machine was started. */
  tokensAt: integer(),
  tokensUptime: integer(),
  /** 1 from when an empty file became a node until it has held all of the log. */
  isPartial: integer().notNull().default(0),
})

/** One row for each redaction while pages of the file may still hold what it removed. */
export const uncleaned = sqliteTable('uncleaned', {
  /** The seq of the redaction. */
  id: integer().primaryKey(),
  /** 1 once the file is written anew, and only its write-ahead log may still hold old pages. */
  isRewritten: integer().notNull().default(0),
})

/** The hash of each record as last imported. */
export const baselines = sqliteTable(
  'baselines',
  { space: oneOf<Space>(), key: text().notNull(), hash: text().notNull() },
  (t) => [primaryKey({ columns: [t.space, t.key] })],
)

/** The hash of each record as `serve --load` last read it, and the revision that the store had after that. */
export const loads = sqliteTable(
  'loads',
  { space: oneOf<Space>(), key: text().notNull(), hash: text().notNull(), revision: integer().notNull() },
  (t) => [primaryKey({ columns: [t.space, t.key] })],
)

/**
 * The tokens of clients. They are no part of the record: the log does not hold them, and no export does. Times are milliseconds since 1970.
 */
export const tokens = sqliteTable('tokens', {
  /** Never given to another token, because the log names tokens. */
  name: text().primaryKey(),
  /** The SHA-256 of the token, in hexadecimal. The token itself is not stored. */
  hash: text().notNull().unique(),
  scope: oneOf<TokenScope>(),
  createdAt: integer().notNull(),
  expiresAt: integer(),
  revokedAt: integer(),
  /** At most a minute behind the last use. */
  lastUsedAt: integer(),
})

/** The first answer to each idempotency key of a token, for a day. */
export const answers = sqliteTable(
  'answers',
  {
    by: text().notNull(),
    key: text().notNull(),
    /** The hash of the mutation and its arguments. */
    hash: text().notNull(),
    /** Milliseconds since 1970. */
    at: integer().notNull(),
    /** The seq as of which the answer was read; null if an import changed nothing. */
    seq: integer(),
    /** What an import did, as JSON. */
    plan: text(),
  },
  (t) => [primaryKey({ columns: [t.by, t.key] }), index('answers_by_at').on(t.at)],
)
