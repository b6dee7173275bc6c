import Database from 'better-sqlite3'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'

/*
 * The lower limit of following the log from its beginning: prepared statements, one for each relation of a page, and a loop that encodes each
 * change. It sends the bytes that the service sends for `viewOperation`, up to the heartbeat that follows the last change. It supports this
 * one subscription only: no GraphQL, no filters, no live changes.
 *
 * node baseline/follow.ts STORE
 */

/** Changes of one read and of one write to the response. */
const PAGE = 100

const store = new Database(process.argv[2] ?? '', { readonly: true })
store.pragma('cache_size = -65536')
store.pragma('mmap_size = 2147418112')
const head = store.prepare<[], number>('select max(seq) from changes').pluck().get() ?? 0
const epoch = store.prepare<[], string>('select epoch from epochs where honoured_up_to is null').pluck().get() ?? ''

/** A row as the driver returns it: one value per column. */
type Raw = readonly (string | number | null)[]

const changes = store
  .prepare<[number], Raw>(
    `select r.id, r.revision_kind, d.key, d.kind, r.headline, r.edtf, r.evidential_status
     from revisions r join developments d on d.id = r.development_id where r.id > ? order by r.id limit ${PAGE}`,
  )
  .raw()
const participations = store
  .prepare<[string], Raw>(
    `select j.key, p.role, a.key, a.name from json_each(?) j cross join participations p on p.revision_id = j.value
     cross join actors a on a.id = p.actor_id order by j.key, p.ordinal`,
  )
  .raw()
const citations = store
  .prepare<[string], Raw>(
    `select j.key, c.credibility, s.key, s.title from json_each(?) j cross join citations c on c.revision_id = j.value
     cross join sources s on s.id = c.source_id order by j.key, c.ordinal`,
  )
  .raw()

async function follow(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('retry: 2000\n\n')
  for (let after = 0; !response.closed;) {
    const rows = changes.all(after)
    if (rows.length === 0) {
      response.write(frameOf(head, {}))
      return
    }
    after = Number(rows.at(-1)?.[0])
    if (!response.write(encode(rows))) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
}

function encode(rows: readonly Raw[]): string {
  const developments = rows.map(([, , key, kind, headline, edtf, evidentialStatus]) => ({
    key,
    kind,
    headline,
    date: { edtf },
    evidentialStatus,
    participations: [] as unknown[],
    citations: [] as unknown[],
  }))
  const revisions = JSON.stringify(rows.map(([revision]) => revision))
  for (const [index, role, key, name] of participations.all(revisions)) {
    developments[Number(index)]?.participations.push({ role, actor: { key, name } })
  }
  for (const [index, credibility, key, title] of citations.all(revisions)) {
    developments[Number(index)]?.citations.push({ credibility, source: { key, title } })
  }
  return rows.map(([seq, kind], index) => frameOf(Number(seq), { kind, development: developments[index] })).join('')
}

function frameOf(seq: number, feed: object): string {
  const cursor = encodeFeedCursor({ epoch: () => epoch }, seq)
  return `id: ${cursor}\nevent: next\ndata: ${JSON.stringify({ data: { feed }, extensions: { cursor } })}\n\n`
}

const server = createServer((request, response) => {
  request.resume()
  void follow(response)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo // a listening TCP server has such an address
  process.stdout.write(`http://127.0.0.1:${port}/graphql\nReady\n`)
})
process.once('SIGTERM', () => process.exit(0))
