import { integer, text, type AnySQLiteColumn } from 'drizzle-orm/sqlite-core'

// All other modules import Drizzle from here: every further module that imports its packages adds 5 ms to each start.
export { and, eq, getTableColumns, getTableName, inArray, is, isNull, lte, or, sql } from 'drizzle-orm'
export type { Column, InferInsertModel, SQL } from 'drizzle-orm'
export * from 'drizzle-orm/sqlite-core'

/** The index of a part in its record. */
export const ordinal = () => integer().notNull()
export const reference = (column: () => AnySQLiteColumn) => integer().notNull().references(column)
export const optionalReference = (column: () => AnySQLiteColumn) => integer().references(column)

/** A value of a vocabulary, in UPPER_SNAKE. */
export const oneOf = <Value extends string>() => text().$type<Value>().notNull()
export const oneOfOrNull = <Value extends string>() => text().$type<Value>()
export const flag = () => integer().$type<0 | 1>().notNull()
