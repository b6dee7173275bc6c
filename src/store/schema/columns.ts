import { integer, type AnySQLiteColumn } from 'drizzle-orm/sqlite-core'

/** The place of a part in its record. */
export const ordinal = () => integer().notNull()
export const to = (column: () => AnySQLiteColumn) => integer().notNull().references(column)
export const toMaybe = (column: () => AnySQLiteColumn) => integer().references(column)
