import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'

/*
 * The log, which is the truth, and what lives beside it. Whatever stands in the other tables is derived from the log by `derive`, the only
 * writer of it. Calendar days are ISO text, instants integer milliseconds.
 */

export const changes = sqliteTable(
  'changes',
  {
    seq: integer().primaryKey(),
    /** The last seq of the transaction. */
    batch: integer().notNull(),
    /** The kind space of the key: the three kinds of development share `development`. */
    space: text().notNull(),
    record: text().notNull(),
    key: text().notNull(),
    revision: integer().notNull(),
    kind: text().notNull(),
    note: text(),
    at: integer().notNull(),
    by: text(),
    origin: text().notNull(),
    format: integer().notNull(),
    /** The whole record as canonical JSON, in the dossier's terms. */
    content: text().notNull(),
  },
  (t) => [
    unique().on(t.space, t.key, t.revision),
    index('changes_by_batch').on(t.batch),
    index('changes_by_at').on(t.at),
    check('changes_counted', sql`${t.seq} > 0 and ${t.batch} >= ${t.seq} and ${t.revision} > 0`),
  ],
)

// ------------------------------------------------------------------ beside the log

/** One row: what derived the tables below, and what shape they have. */
export const derivation = sqliteTable('derivation', {
  id: integer().primaryKey(),
  derivedWith: text().notNull(),
})

/** The epochs of this store's cursors; the current one has no `honoured_up_to`. */
export const epochs = sqliteTable('epochs', {
  epoch: text().primaryKey(),
  bornAt: integer().notNull(),
  /** The last seq up to which an earlier epoch's cursors stay true. */
  honouredUpTo: integer(),
})

/** The hash of each record as an import last brought it. */
export const baselines = sqliteTable(
  'baselines',
  { space: text().notNull(), key: text().notNull(), hash: text().notNull() },
  (t) => [primaryKey({ columns: [t.space, t.key] })],
)
