import type { PreparedQuery } from '../../src/store/sqlite/prepared.ts'
import type { Store } from '../../src/store/store.ts'

/** Calls `act` before each read of a table, until the returned function is called. */
export function onRead({ reader }: Store, table: string, act: () => void): () => void {
  const [all, get] = [reader.all.bind(reader), reader.get.bind(reader)]
  const isRead = new RegExp(`\\bfrom "?${table}\\b`)
  const look = (query: PreparedQuery<unknown> | string) => {
    if (isRead.test(typeof query === 'string' ? query : query.sql)) act()
  }
  reader.all = <Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]) => {
    look(query)
    return all(query, ...parameters)
  }
  reader.get = <Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]) => {
    look(query)
    return get(query, ...parameters)
  }
  return () => Object.assign(reader, { all, get })
}
