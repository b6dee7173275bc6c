import { createRequire } from 'node:module'
import type * as Drizzle from 'drizzle-orm'
import type * as Core from 'drizzle-orm/sqlite-core'

/*
 * All other modules have Drizzle from here, as CommonJS. For each ES module of a package, Node parses its package.json anew: that of Drizzle
 * has 179 kB and goes with a hundred modules, and every command would begin 0.8 s later.
 */
const require = createRequire(import.meta.url)

const drizzle = require('drizzle-orm') as typeof Drizzle
const core = require('drizzle-orm/sqlite-core') as typeof Core

export const { and, eq, getTableColumns, getTableName, inArray, isNull, lte, or, sql } = drizzle
export const {
  alias,
  check,
  foreignKey,
  getTableConfig,
  index,
  integer,
  primaryKey,
  real,
  SQLiteSyncDialect,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} = core
export type { Column, InferInsertModel, SQL } from 'drizzle-orm'
export type * from 'drizzle-orm/sqlite-core'

/** Whether an export of a schema is one of its tables. */
export const isTable = (value: unknown): value is Core.SQLiteTable => drizzle.is(value, core.SQLiteTable)

/** The index of a part in its record. */
export const ordinal = () => integer().notNull()
export const reference = (column: () => Core.AnySQLiteColumn) => integer().notNull().references(column)
export const optionalReference = (column: () => Core.AnySQLiteColumn) => integer().references(column)

/** A value of a vocabulary, in UPPER_SNAKE. */
export const oneOf = <Value extends string>() => text().$type<Value>().notNull()
export const oneOfOrNull = <Value extends string>() => text().$type<Value>()
export const flag = () => integer().$type<0 | 1>().notNull()
