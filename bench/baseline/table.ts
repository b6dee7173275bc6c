import Database from 'better-sqlite3'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  DevelopmentRecord,
  EventRecord,
  MeasureRecord,
  StatementRecord,
} from '../../src/model/records/definitions.ts'
import { credibilityOf } from '../../src/model/records/derived-fields.ts'
import { type PloverMode, type PloverType, scoreOf } from '../../src/model/vocabulary/plover.ts'

/*
 * The lower limit of exporting all developments as CSV: one prepared statement reads the log in chronological order, and a loop joins strings. It
 * sends the bytes that the service sends. It supports this one table only: no filters, no earlier state, all names in memory, and no text
 * that begins like a formula.
 *
 * node baseline/table.ts STORE
 */

const PAGE = 100

const store = new Database(process.argv[2] ?? '', { readonly: true })
store.pragma('cache_size = -65536')
const rows = store.prepare<unknown[], Raw>(
  `select r.sort, r.development_id as id, c.key, r.kind, r.earliest, r.latest, r.credibility, r.number, r.recorded_at as recordedAt, c.content
   from revisions r cross join changes c on c.seq = r.id
   where (r.sort, r.development_id) > (+@sort, +@id) and r.until_seq = 9007199254740991 and r.retracted = 0
   order by r.sort, r.development_id limit ${PAGE}`,
)
const names = (sql: string) => new Map(store.prepare<[], [string, string]>(sql).raw().all())
const actors = names('select key, name from actors')
const places = names('select key, name from places')
const disputes = names('select key, title from disputes')
const sources = new Map(
  store
    .prepare<[], Source>(
      'select s.key, s.title, s.reliability, a.key as outlet from sources s left join actors a on a.id = s.outlet_id',
    )
    .all()
    .map((source) => [source.key, source]),
)

interface Raw {
  readonly sort: string
  readonly id: number
  readonly key: string
  readonly kind: string
  readonly earliest: string | null
  readonly latest: string | null
  readonly credibility: string
  readonly number: number
  readonly recordedAt: number
  readonly content: string
}

interface Source {
  readonly key: string
  readonly title: string
  readonly reliability: string
  readonly outlet: string | null
}

type Content = Partial<EventRecord> & Partial<StatementRecord> & Partial<MeasureRecord> & DevelopmentRecord

const text = (value: string | null | undefined) =>
  value == null ? '' : /[",;\n]|^[.\d][\d.e+-]*$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
const list = (items: readonly (string | null | undefined)[] | undefined) => text(items?.join('; '))
const word = (value: string | undefined) => (value ?? '').toUpperCase().replaceAll('-', '_')
const words = (values: readonly string[] | undefined) => list(values?.map(word))

function lineOf({ content, ...row }: Raw): string {
  const record = JSON.parse(content) as Content // as the log holds it
  const { citations, codings, figures, quotes, bearings, assessments, links, participants = [] } = record
  const changes = record['status-changes']
  const roles = new Map<string, readonly [actor: string, role: string]>()
  const take = (role: string, taken: readonly string[] = []) => {
    for (const actor of taken) roles.set(`${role} ${actor}`, [actor, role])
  }
  take('SPEAKER', record.speakers)
  take('ON_BEHALF_OF', record['on-behalf-of'])
  take('ADDRESSEE', record.addressees)
  take('IMPOSED_BY', record['imposed-by'])
  take('TARGET', record.targets)
  take('BENEFICIARY', record.beneficiaries)
  for (const { actor, role } of participants) roles.set(`${word(role)} ${actor}`, [actor, word(role)])
  const taking = [...roles.values()]
  const cited = citations.map(({ source }) => sources.get(source))
  const origins = new Set(
    citations.map(({ source, via }, index) => via?.at(-1) ?? cited[index]?.outlet ?? `source ${source}`),
  )
  const scores = codings?.map(({ type, modes = [] }) =>
    scoreOf(word(type) as PloverType, modes.map(word) as PloverMode[]),
  ) // as recorded
  return `${row.key},${row.kind},${text(record.headline)},${text(record.summary)},${text(record.date)},${text(row.earliest)},${text(row.latest)},${text(
    record['date-note'],
  )},${list(record.disputes)},${list(record.disputes?.map((key) => disputes.get(key)))},${list(record['context-of'])},${list(
    record.places,
  )},${list(record.places?.map((key) => places.get(key)))},${list(taking.map(([actor]) => actor))},${list(
    taking.map(([actor]) => actors.get(actor)),
  )},${list(taking.map(([, role]) => role))},${word(record['evidential-status'])},${row.credibility},${origins.size},${list(
    citations.map(({ source }) => source),
  )},${list(cited.map((source) => source?.title))},${list(cited.map((source) => source?.reliability))},${list(
    citations.map(({ credibility }) => credibilityOf(credibility)),
  )},${words(citations.map(({ basis }) => basis))},${word(record['event-kind'])},${words(record.acts)},${word(record.channel)},${list(
    quotes?.map((quote) => quote.text),
  )},${list(quotes?.map(({ language }) => language))},${list(record.positions?.map(({ claim }) => claim))},${list(record.demands)},${word(
    record['measure-kind'],
  )},${word(record['legal-character'])},${text(record['legal-basis'])},${words(codings?.map(({ type }) => type))},${list(
    codings?.map(({ modes = [] }) => modes.map(word).join(', ')),
  )},${list(codings?.map(({ contexts = [] }) => contexts.map(word).join(', ')))},${list(
    codings?.map(({ initiators }) => initiators.join(', ')),
  )},${list(codings?.map(({ recipients = [] }) => recipients.join(', ')))},${scores?.length === 1 ? scores[0] : list(scores?.map(String))},${list(
    codings?.map(({ auxiliaries = [] }) => auxiliaries.map(word).join(', ')),
  )},${words(figures?.map(({ quantity }) => quantity))},${
    figures?.length === 1 && figures[0]?.value !== undefined
      ? figures[0].value
      : list(
          figures?.map(({ value, min, max, 'as-written': written }) =>
            String(value ?? (min === undefined && max === undefined ? (written ?? '') : `${min ?? ''}..${max ?? ''}`)),
          ),
        )
  },${list(figures?.map(({ unit }) => unit))},${list(figures?.map(({ citation }) => citation))},${list(
    bearings?.map(({ claim }) => claim),
  )},${words(bearings?.map(({ bearing }) => bearing))},${list(assessments?.map(({ demand }) => demand))},${words(
    assessments?.map(({ response }) => response),
  )},${list(assessments?.map(({ date }) => date))},${list(assessments?.map(({ by = [] }) => by.join(', ')))},${list(assessments?.map(({ citation }) => citation))},${list(changes?.map(({ measure }) => measure))},${words(
    changes?.map(({ status }) => status),
  )},${list(changes?.map(({ date }) => date))},${list(links?.map(({ development }) => development))},${words(
    links?.map(({ relation }) => relation),
  )},false,,${row.number},${new Date(row.recordedAt).toISOString()},\r\n`
}

async function send(header: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/csv' })
  response.write(header)
  for (let [sort, id] = ['', 0]; !response.closed;) {
    const page = rows.all({ sort, id })
    const last = page.at(-1)
    if (last === undefined) break
    ;[sort, id] = [last.sort, last.id]
    if (!response.write(page.map(lineOf).join(''))) await once(response, 'drain')
  }
  response.end()
}

const server = createServer((request, response) => {
  request.resume()
  void send(`${decodeURIComponent(new URL(request.url ?? '', 'http://localhost').search.slice(1))}\r\n`, response)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo // a listening TCP server has such an address
  process.stdout.write(`http://127.0.0.1:${port}/graphql\nReady\n`)
})
process.once('SIGTERM', () => process.exit(0))
