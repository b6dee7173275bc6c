import Database from 'better-sqlite3'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { type Stance, stanceGroupOf } from '../../src/model/vocabulary/claim.ts'
import { boundsOf, currency } from '../../src/store/queries/date-sql.ts'
import { Dimension } from '../../src/store/projections/postings.ts'
import { LEDGER, MATRIX, TENSION } from '../analysis-operations.ts'
import { serveBare } from './bare-server.ts'

/*
 * The lower limit of the row `analyses`: a few prepared statements for the whole dispute and loops over their rows, which send the same bytes
 * as the service. It supports these three queries only: no GraphQL, no earlier days, no earlier state.
 *
 * node baseline/analyses.ts STORE
 */

const store = new Database(process.argv[2] ?? '', { readonly: true })
store.pragma('cache_size = -65536')
store.pragma('mmap_size = 2147418112')
const head = store.prepare<[], number>('select max(seq) from changes').pluck()
const epoch = store.prepare<[], string>('select epoch from epochs where honoured_up_to is null').pluck().get() ?? ''
const disputeOf = store.prepare<[unknown], number>('select id from disputes where key = ?').pluck()

/** A row as the driver returns it. */
type Raw = readonly (string | number | null)[]

/** A statement with the id of the dispute and the head of the log as parameters. */
// SQLite would plan a statement with a bare parameter anew each time that it runs.
const ofDispute = (sql: string) =>
  store.prepare<{ dispute: number; head: number }, Raw>(sql.replaceAll('@', '+@')).raw()
const ofList = (sql: string) => store.prepare<[string], Raw>(sql).raw()

const STANDING = 'x.revision_id <= @head and x.until_seq > @head and x.retracted = 0'

const claims = ofDispute('select id, key, proposition from claims where dispute_id = @dispute order by id')
const parties = ofDispute('select actor_id from dispute_parties where dispute_id = @dispute order by ordinal')
const actors = ofList('select a.id, a.key, a.name, a.kind from json_each(?) j cross join actors a on a.id = j.value')
const positions = ofDispute(
  `select (x.attribution in ('QUOTED', 'PARAPHRASED')) || ${currency('x.sort')}, x.development_id, x.ordinal,
     x.claim_id, x.holder_id, x.stance, x.attribution, r.edtf, x.revision_id, x.source_id
   from claims c cross join positions x on x.claim_id = c.id and ${STANDING} cross join revisions r on r.id = x.revision_id
   where c.dispute_id = @dispute order by x.sort, x.development_id, x.ordinal`,
)
const statements = ofList(
  `select r.id, d.key, r.headline from json_each(?) j cross join revisions r on r.id = j.value
   cross join developments d on d.id = r.development_id`,
)
const citations = ofList(
  `select c.revision_id, c.source_id, c.credibility, s.key, s.title from json_each(?) j
   cross join citations c on c.revision_id = j.value cross join sources s on s.id = c.source_id order by j.key, c.ordinal`,
)

interface Cell {
  readonly history: Raw[]
  current: Raw
}

function matrixOf(dispute: number, at: number): unknown {
  const cells = new Map<number, Map<number, Cell>>()
  const [ofClaim, ofHolder] = [new Map<number, number>(), new Map<number, number>()]
  for (const row of positions.all({ dispute, head: at })) {
    const [claim, holder] = [Number(row[3]), Number(row[4])]
    ofClaim.set(claim, (ofClaim.get(claim) ?? 0) + 1)
    ofHolder.set(holder, (ofHolder.get(holder) ?? 0) + 1)
    let across = cells.get(claim)
    if (across === undefined) cells.set(claim, (across = new Map()))
    const cell = across.get(holder)
    if (cell === undefined) across.set(holder, { history: [row], current: row })
    else {
      cell.history.push(row)
      if (isLater(row, cell.current)) cell.current = row
    }
  }
  const first = new Map(parties.all({ dispute, head: at }).map(([id], index) => [Number(id), index]))
  const rows = claims.all({ dispute, head: at }).map(([id, key, proposition]) => {
    const across = cells.get(Number(id))
    const stances = new Set([...(across?.values() ?? [])].map(({ current }) => current[5])).size
    return { id: Number(id), key, proposition, stances, count: ofClaim.get(Number(id)) ?? 0 }
  })
  rows.sort((a, b) => b.stances - a.stances || b.count - a.count || a.id - b.id)
  const columns = actors.all(JSON.stringify([...ofHolder.keys()])).map(([id, key, name, kind]) => {
    const order = first.get(Number(id)) ?? first.size
    return { id: Number(id), key, name, kind, order, isOther: Number(!first.has(Number(id))) }
  })
  const countOf = (holder: { readonly id: number }) => ofHolder.get(holder.id) ?? 0
  columns.sort((a, b) => a.isOther - b.isOther || countOf(b) - countOf(a) || a.order - b.order || a.id - b.id)
  const ordered = rows.flatMap(({ id, key: claim }) =>
    columns.flatMap((holder) => {
      const cell = cells.get(id)?.get(holder.id)
      return cell === undefined ? [] : [{ claim, holder: holder.key, ...cell }]
    }),
  )
  const revisions = JSON.stringify([...new Set(ordered.map(({ current }) => current[8]))])
  const said = new Map(statements.all(revisions).map(([id, key, headline]) => [id, { key, headline }]))
  const cited = Map.groupBy(citations.all(revisions), ([revision]) => revision)
  return {
    claims: rows.map(({ key, proposition }) => ({ key, proposition })),
    holders: columns.map(({ key, name, kind }) => ({ key, name, kind })),
    cells: ordered.map(
      ({ claim, holder, history, current: [, , , , , stance, attribution, edtf, revision, source] }) => ({
        claim: { key: claim },
        holder: { key: holder },
        shifted: new Set(history.map((row) => stanceGroupOf(row[5] as Stance))).size > 1, // the column holds stances
        current: {
          stance,
          attribution,
          date: { edtf },
          statement: said.get(revision ?? 0),
          citations: (cited.get(revision ?? 0) ?? [])
            .filter((citation) => source === null || citation[1] === source)
            .map(([, , credibility, key, title]) => ({ credibility, source: { key, title } })),
        },
        history: history.map((row) => ({ stance: row[5], date: { edtf: row[7] } })),
      }),
    ),
  }
}

/** Compares the first three columns: date, development, index in the development. */
function isLater([date, development, ordinal]: Raw, other: Raw): boolean {
  if (date !== other[0]) return String(date) > String(other[0])
  return development === other[1] ? Number(ordinal) > Number(other[2]) : Number(development) > Number(other[1])
}

const demands = ofDispute('select id, key, text, remedy from demands where dispute_id = @dispute order by id')
const demandActors = ofDispute(
  `select x.demand_id, x.side, a.key, a.name from demands m cross join demand_actors x on x.demand_id = m.id
   cross join actors a on a.id = x.actor_id where m.dispute_id = @dispute order by m.id, x.ordinal`,
)
const assessments = ofDispute(
  `select ${currency('x.assessed_sort')}, x.development_id, x.ordinal, x.demand_id, x.response, x.edtf, x.note, d.key, r.headline
   from demands m cross join assessments x on x.demand_id = m.id and ${STANDING}
   cross join developments d on d.id = x.development_id cross join revisions r on r.id = x.revision_id
   where m.dispute_id = @dispute order by x.assessed_sort, x.development_id, x.ordinal`,
)

function ledgerOf(dispute: number, at: number): unknown {
  const who = Map.groupBy(demandActors.all({ dispute, head: at }), ([demand]) => demand)
  const made = Map.groupBy(assessments.all({ dispute, head: at }), (row) => row[3])
  return demands.all({ dispute, head: at }).map(([id = null, key, text, remedy]) => {
    const on = (side: string) =>
      (who.get(id) ?? []).filter((row) => row[1] === side).map(([, , actor, name]) => ({ key: actor, name }))
    const responses = made.get(id) ?? []
    const current = responses.reduce<Raw | undefined>(
      (best, row) => (best === undefined || isLater(row, best) ? row : best),
      undefined,
    )
    return {
      key,
      text,
      remedy,
      madeBy: on('MADE_BY'),
      addressees: on('ADDRESSEE'),
      response: current?.[4] ?? 'NO_RESPONSE',
      assessments: responses.map(([, , , , response, edtf, note, development, headline]) => ({
        response,
        date: { edtf },
        note,
        development: { key: development, headline },
      })),
    }
  })
}

const DAYS = boundsOf('p.sort')
const codings = ofDispute(
  `select case when ${DAYS.latest} is not null and substr(p.sort, 1, 7) = substr(${DAYS.latest}, 1, 7) then substr(p.sort, 1, 7) end,
     count(*), sum(x.score), sum(max(x.score, 0)), sum(min(x.score, 0))
   from postings p cross join codings x on x.revision_id = p.revision_id and x.auxiliaries = ''
   where p.dimension = ${Dimension.DISPUTE} and p.target = @dispute and p.revision_id <= @head and p.until_seq > @head and p.retracted = 0
   group by 1 order by 1`,
)

function tensionOf(dispute: number, at: number): unknown {
  let straddling = 0
  const buckets: unknown[] = []
  for (const [month = null, count, sum, cooperation, conflict] of codings.all({ dispute, head: at })) {
    if (month === null) {
      straddling += Number(count)
      continue
    }
    const [year, number] = String(month).split('-').map(Number)
    const to = `${month}-${new Date(Date.UTC(year ?? 0, number ?? 0, 0)).getUTCDate()}`
    buckets.push({ from: `${month}-01`, to, count, mean: Number(sum) / Number(count), sum, cooperation, conflict })
  }
  return { straddling, buckets }
}

const analyses = new Map([
  [MATRIX, { field: 'positions', of: matrixOf }],
  [LEDGER, { field: 'demands', of: ledgerOf }],
  [TENSION, { field: 'tension', of: tensionOf }],
])

serveBare(({ query, variables }) => {
  const analysis = analyses.get(query)
  const dispute = disputeOf.get(variables['dispute'])
  if (analysis === undefined || dispute === undefined) throw new Error(`unknown operation or dispute: ${query}`)
  const at = head.get() ?? 0
  const data = { dispute: { [analysis.field]: analysis.of(dispute, at) } }
  return `${JSON.stringify({ data, extensions: { cursor: encodeFeedCursor({ epoch: () => epoch }, at) } })}\n`
})
