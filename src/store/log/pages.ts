import type { LoggedChange } from '../schema/log.ts'
import type { Connection } from '../sqlite/connection.ts'

/** The most changes that are read from a log at once. */
export const PAGE = 2_000

/** A content may take megabytes: the change that brings the contents of a page to so many bytes is its last. */
export const PAGE_BYTES = 8 * 1024 * 1024

/** Reads the changes after a seq, in order, a page at a time: with `toBatchEnd`, up to the end of the batch of its last change. */
export function pagesOf(
  connection: Connection,
  { toBatchEnd = false } = {},
): (after: number) => readonly LoggedChange[] {
  const page = connection.prepare(
    `select * from changes where seq > @after and seq <= (
       select max(${toBatchEnd ? 'batch' : 'seq'}) from (
         select seq, batch, sum(bytes) over (order by seq rows unbounded preceding) - bytes as earlier from (
           select seq, batch, octet_length(content) as bytes from changes where seq > @after order by seq limit ${PAGE}
         )
       ) where earlier < ${PAGE_BYTES}
     ) order by seq`,
  )
  return (after) => page.all({ after }) as LoggedChange[]
}
