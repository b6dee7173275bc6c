import Database from 'better-sqlite3'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { UNKNOWN_START } from '../../src/model/dates/edtf.ts'
import { decodeCursor, encodeCursor } from '../../src/store/queries/keyset.ts'
import { serveBare } from './bare-server.ts'
import { PAGE } from '../operations.ts'

/*
 * The lower limit of the row `page`: a loop over the rows of three prepared statements behind node:http, which sends the same bytes as the
 * service. It supports this one query only: no GraphQL, no filters, no earlier state. One statement per relation for the whole page is the
 * fastest form; one statement per development takes six times as long with this driver.
 *
 * node baseline/page.ts STORE
 */

const LIST = 'developments NEWEST_FIRST'

const store = new Database(process.argv[2] ?? '', { readonly: true })
store.pragma('cache_size = -65536')
store.pragma('mmap_size = 2147418112')
const head = store.prepare<[], number>('select max(seq) from changes').pluck()
const epoch = store.prepare<[], string>('select epoch from epochs where honoured_up_to is null').pluck().get() ?? ''

/** A row as the driver returns it: one value per column. */
type Raw = readonly (string | number | null)[]

// SQLite would plan a statement with a bare parameter anew each time that it runs.
const list = (range: string) =>
  store
    .prepare<unknown[], Raw>(
      `select r.id, d.id, r.sort, d.key, d.kind, r.headline, r.edtf, r.evidential_status, r.credibility
       from revisions r join developments d on d.id = r.development_id
       where ${range} and r.id <= +@head and r.until_seq > +@head and r.retracted = 0
       order by r.sort desc, r.development_id desc limit +@limit`,
    )
    .raw()
const known = list(`(r.sort, r.development_id) < (+@sort, +@id) and r.sort < '${UNKNOWN_START}'`)
const unknown = list(`(r.sort, r.development_id) < (+@sort, +@id) and r.sort >= '${UNKNOWN_START}'`)
const participations = store
  .prepare<[string], Raw>(
    `select j.key, p.role, a.key, a.name, a.kind from json_each(?) j cross join participations p on p.revision_id = j.value
     cross join actors a on a.id = p.actor_id order by j.key, p.ordinal`,
  )
  .raw()
const citations = store
  .prepare<[string], Raw>(
    `select j.key, c.credibility, c.basis, c.locator, s.key, s.title, s.reliability, s.language
     from json_each(?) j cross join citations c on c.revision_id = j.value
     cross join sources s on s.id = c.source_id order by j.key, c.ordinal`,
  )
  .raw()

function respond(after: string | null): string {
  const at = head.get() ?? 0
  const rows = readRows(after, at)
  const hasNextPage = rows.length > PAGE
  rows.length = Math.min(rows.length, PAGE)
  const nodes = rows.map(([, , , key, kind, headline, edtf, evidentialStatus, credibility]) => ({
    key,
    kind,
    headline,
    date: { edtf },
    evidentialStatus,
    credibility,
    participations: [] as unknown[],
    citations: [] as unknown[],
  }))
  const revisions = JSON.stringify(rows.map(([revision]) => revision))
  for (const [index, role, key, name, kind] of participations.all(revisions)) {
    nodes[Number(index)]?.participations.push({ role, actor: { key, name, kind } })
  }
  for (const [index, credibility, basis, locator, key, title, reliability, language] of citations.all(revisions)) {
    nodes[Number(index)]?.citations.push({
      credibility,
      basis,
      locator,
      source: { key, title, reliability, language },
    })
  }
  const last = rows.at(-1)
  const endCursor = last === undefined ? null : encodeCursor(LIST, [last[2] ?? '', last[1] ?? 0])
  return `${JSON.stringify({
    data: { developments: { nodes, pageInfo: { hasNextPage, endCursor } } },
    extensions: { cursor: encodeFeedCursor({ epoch: () => epoch }, at) },
  })}\n`
}

/** One row more than the page if there is a next page. Unknown starts come last. */
function readRows(after: string | null, at: number): Raw[] {
  const [sort, id] =
    after === null ? [UNKNOWN_START, 0] : decodeCursor({ name: LIST, shape: ['TEXT', 'NUMBER'] }, after)
  const startsKnown = after === null || String(sort) < UNKNOWN_START
  const rows = startsKnown ? known.all({ sort, id, head: at, limit: PAGE + 1 }) : []
  if (rows.length > PAGE) return rows
  const from = startsKnown ? { sort: `${UNKNOWN_START}~`, id: 0 } : { sort, id }
  return [...rows, ...unknown.all({ ...from, head: at, limit: PAGE + 1 - rows.length })]
}

serveBare(({ variables }) => respond(variables['after'] as string | null)) // as the row `page` sends it
