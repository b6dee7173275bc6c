import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { takeCensus } from '../census.ts'
import { alternate } from '../comparison.ts'
import { timeOf } from '../load/timing.ts'
import { type Filter, feedPageQuery, listQuery, pageQuery, uncached } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const REQUESTS = 20

/** Pages far down the list of all developments, compared with the first page; and late pages of the feed, compared with early ones. */
export const depth: Row = { name: 'depth', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  const cursors = survey.cursors({ from: 0.95, to: 0.96, seed: 2 })
  await using service = await Service.start(store)
  using connection = await service.connect()
  let sent = 0
  const deepCursor = (): string => cursors[sent++ % cursors.length] ?? ''
  const whole = (after: () => string | null) => () => uncached(pageQuery(after()))
  const headlines = (after: () => string | null) => () => listQuery({ after: after() })
  const findings: Finding[] = []
  for (const [what, of] of [
    ['page of 50 with participants and sources', whole],
    ['page of 50 headlines', headlines],
  ] as const) {
    const time = (after: () => string | null) =>
      timeOf({ pid: service.pid, connection, next: of(after), count: REQUESTS })
    await time(deepCursor)
    await time(() => null)
    const { ratio, a, b } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => time(deepCursor),
      b: () => time(() => null),
    })
    findings.push({
      what: `${what} at 95 % depth`,
      comparedWith: 'the first page',
      ratio,
      mark: { atMost: 1.5 },
      detail: `${a.toFixed(2)} ms, ${b.toFixed(2)} ms`,
    })
  }
  for (const [what, filter] of feedFilters(survey)) {
    const time = (share: number) => {
      const places = feedCursors(survey, share)
      const next = () => feedPageQuery(places[sent++ % places.length] ?? '', filter)
      return timeOf({ pid: service.pid, connection, next, count: REQUESTS })
    }
    for (const share of [LATE, EARLY]) await time(share)
    const { ratio, a, b } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => time(LATE),
      b: () => time(EARLY),
    })
    const middle = await time(0.5)
    findings.push({
      what: `page of the feed after 99 % of the changes, ${what}`,
      comparedWith: 'after 1 %',
      ratio,
      mark: { atMost: 1.5 },
      detail: `${a.toFixed(2)} ms, ${b.toFixed(2)} ms; after a half ${middle.toFixed(2)} ms`,
    })
  }
  return findings
}

/** The rare dispute is the last one of the log: its developments lie ahead of every page. */
function feedFilters(survey: Survey): (readonly [string, Filter | null])[] {
  const { actors, disputes } = takeCensus(survey).rankings
  return [
    ['unfiltered', null],
    ['the commonest actor', { actors: actors.slice(0, 1) }],
    ['a rare dispute', { disputes: disputes.slice(-1) }],
  ]
}

const [EARLY, LATE] = [0.01, 0.99]

/** Cursors after this share of the changes of developments. Synthetic reference records enter the log first. */
function feedCursors(survey: Survey, share: number): string[] {
  const [epoch = ''] = survey.column<string>('select epoch from epochs where honoured_up_to is null')
  const [count = 0] = survey.column<number>('select count(*) from revisions')
  const seqs = survey.column<number>(
    'select id from revisions order by id limit ? offset ?',
    REQUESTS,
    Math.floor(count * share),
  )
  return seqs.map((seq) => encodeFeedCursor({ epoch: () => epoch }, seq))
}
