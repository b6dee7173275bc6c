import { parseEdtf, sortKeyOf, type UncertainDate } from '../../src/model/dates/edtf.ts'
import { scoreOf, type PloverMode, type PloverType } from '../../src/model/vocabulary/plover.ts'
import { developmentKeyOf } from '../../src/model/records/derived-fields.ts'
import type { DevelopmentRecord, RecordOf } from '../../src/model/records/definitions.ts'
import { fromKebab } from '../../src/model/vocabulary/vocabulary.ts'

/*
 * An oracle for the analyses. It computes each result naively, from the plain contents of an export, by going through all developments.
 */

/** The contents of an export, in order of first entry. */
export interface Contents {
  readonly disputes: readonly RecordOf<'dispute'>[]
  readonly claims: readonly RecordOf<'claim'>[]
  readonly demands: readonly RecordOf<'demand'>[]
  readonly actors: readonly RecordOf<'actor'>[]
  readonly sources: readonly RecordOf<'source'>[]
  /** The standing developments. */
  readonly developments: readonly Known[]
}

interface Known {
  readonly key: string
  readonly entered: number
  readonly content: DevelopmentRecord
  readonly date: UncertainDate
}

type Day = string | null

export function contentsOf(ndjson: string): Contents {
  const lines = ndjson.split('\n').filter((line) => line !== '')
  const all = <Content>(space: string) =>
    lines.flatMap((line) => {
      // A line of an export is a record under the name of its space.
      const record = (JSON.parse(line) as Record<string, Content>)[space]
      return record === undefined ? [] : [record]
    })
  return {
    disputes: all('dispute'),
    claims: all('claim'),
    demands: all('demand'),
    actors: all('actor'),
    sources: all('source'),
    developments: all<DevelopmentRecord & { readonly retract?: string }>('development').flatMap((content, entered) => {
      const known = { key: developmentKeyOf(content), entered, content, date: parseEdtf(content.date) }
      return content.retract === undefined ? [known] : []
    }),
  }
}

interface Said {
  readonly date: UncertainDate
  readonly entered: number
  readonly ordinal: number
}

interface Taken extends Said {
  readonly statement: string
  readonly claim: string
  readonly holder: string
  readonly stance: string
  readonly attribution: string
}

const GROUPS = [
  ['ASSERTS', 'AFFIRMS'],
  ['PARTIALLY_ACCEPTS'],
  ['AWAITS_INVESTIGATION', 'DOES_NOT_ADDRESS', 'QUESTIONS', 'REPORTS_WITHOUT_ENDORSING'],
  ['DENIES', 'OFFERS_ALTERNATIVE'],
  ['RETRACTS'],
]

export function matrixOf(contents: Contents, dispute: string, on: Day) {
  const { disputes, claims, actors, developments } = contents
  const parties = disputes.find(({ key }) => key === dispute)?.parties ?? []
  const rows = claims.filter((claim) => claim.dispute === dispute).map(({ key }) => key)
  const taken = developments
    .flatMap(positionsIn)
    .filter((position) => rows.includes(position.claim) && hasBegun(position.date, on))
  const historyOf = (claim: string, holder: string) => historyIn(taken, claim, holder)
  const currentOf = (claim: string, holder: string) => currentIn(historyOf(claim, holder))
  const holders = [...new Set(taken.map(({ holder }) => holder))]
  const stancesOn = (claim: string) => new Set(holders.flatMap((holder) => currentOf(claim, holder)?.stance ?? [])).size
  const countBy = (field: 'claim' | 'holder', key: string) => taken.filter((each) => each[field] === key).length
  const isParty = (key: string) => Number(parties.includes(key))
  const entry = actors.map(({ key }) => key)
  const rank = (key: string) => (parties.includes(key) ? parties.indexOf(key) : entry.indexOf(key))
  const down = rows.toSorted((a, b) => stancesOn(b) - stancesOn(a) || countBy('claim', b) - countBy('claim', a))
  const across = holders.toSorted(
    (a, b) => isParty(b) - isParty(a) || countBy('holder', b) - countBy('holder', a) || rank(a) - rank(b),
  )
  const cells = down.flatMap((claim) => across.flatMap((holder) => cellOf(claim, holder, historyOf(claim, holder))))
  const previous = down.flatMap((claim) => across.map((holder) => previousIn(contents, historyOf(claim, holder))))
  const contradictions = across.flatMap((holder) =>
    contradictionsAmong(
      down.flatMap((claim) => currentOf(claim, holder) ?? []),
      claims.filter((claim) => claim.dispute === dispute),
    ).map((positions) => ({ holder, positions: positions.map(({ stance, statement }) => [stance, statement]) })),
  )
  return {
    matrix: { claims: down, holders: across, cells },
    previous: previous.filter((cell) => cell.length > 0),
    contradictions,
  }
}

/** The cells of a holder, in the order of entry of the claims. */
export function heldBy({ claims, developments }: Contents, holder: string, on: Day) {
  const taken = developments.flatMap(positionsIn).filter(({ date }) => hasBegun(date, on))
  return claims.flatMap(({ key }) => cellOf(key, holder, historyIn(taken, key, holder)))
}

function cellOf(claim: string, holder: string, taken: readonly Taken[]) {
  const history = taken.map(({ stance, statement }) => [stance, statement])
  const current = currentIn(taken)
  if (current === undefined) return []
  const groups = new Set(taken.map(({ stance }) => groupOf(stance)))
  return [{ claim, holder, current: [current.stance, current.statement], history, shifted: groups.size > 1 }]
}

function historyIn(taken: readonly Taken[], claim: string, holder: string): Taken[] {
  return taken.filter((each) => each.claim === claim && each.holder === holder).toSorted(oldestFirst)
}

function currentIn(history: readonly Taken[]): Taken | undefined {
  const said = history.filter(({ attribution }) => ['QUOTED', 'PARAPHRASED'].includes(attribution))
  return (said.length > 0 ? said : history).toSorted(leastCurrentFirst).at(-1)
}

function groupOf(stance: string): number {
  return GROUPS.findIndex((group) => group.includes(stance))
}

/** What came before each of the positions of a cell, whether it had begun by the day or not. */
function previousIn({ developments }: Contents, history: readonly Taken[]) {
  return history.map((position) => {
    const all = historyIn(developments.flatMap(positionsIn), position.claim, position.holder)
    const ordered = [
      ...all.filter(({ date }) => date.earliest === null),
      ...all.filter(({ date }) => date.earliest !== null),
    ]
    const at = ordered.findIndex((each) => each.statement === position.statement && each.ordinal === position.ordinal)
    const before = ordered[at - 1]
    return before === undefined ? null : [before.stance, before.statement]
  })
}

/** Compares every position with every other by all that follows from it, and joins those that conflict until nothing changes. */
function contradictionsAmong(held: readonly Taken[], claims: readonly RecordOf<'claim'>[]): Taken[][] {
  const relations = claims.flatMap(({ key, relations: own = [] }) =>
    own.map(({ relation, claim }) => ({ relation: fromKebab(relation), from: key, to: claim })),
  )
  const followingFrom = (claim: string): string[] => {
    let known = [claim]
    for (let round = 0; round <= relations.length; round++) {
      const more = relations.flatMap(({ relation, from, to }) => {
        if (['IMPLIES', 'REFINES'].includes(relation)) return known.includes(from) ? [to] : []
        return relation === 'PART_OF' && known.includes(to) ? [from] : []
      })
      known = [...known, ...more]
    }
    return known
  }
  const truths = ({ stance, claim }: Taken) => (groupOf(stance) === 0 ? followingFrom(claim) : [])
  const denies = ({ stance, claim }: Taken, of: Taken) => groupOf(stance) === 3 && truths(of).includes(claim)
  const excludes = (a: Taken, b: Taken) =>
    relations.some(
      ({ relation, from, to }) => relation === 'CONTRADICTS' && truths(a).includes(from) && truths(b).includes(to),
    )
  const conflict = (a: Taken, b: Taken) => a !== b && (denies(a, b) || denies(b, a) || excludes(a, b) || excludes(b, a))
  const groups = held.map((position) => new Set([position]))
  for (const _ of held) {
    for (const group of groups) {
      for (const a of group)
        for (const b of held) if (conflict(a, b)) for (const c of groups[held.indexOf(b)] ?? []) group.add(c)
    }
  }
  const joined = groups.map((group) => held.filter((each) => group.has(each))).filter((group) => group.length > 1)
  return joined.filter((group, at) => joined.findIndex(([first]) => first === group[0]) === at)
}

/** The latest day on which a source was published that one of the developments cites. */
function lastReported({ sources }: Contents, developments: readonly Known[]): Day {
  const days = developments.flatMap(({ content }) =>
    content.citations.flatMap(({ source }) => {
      const published = sources.find(({ key }) => key === source)?.published
      return published === undefined ? [] : (parseEdtf(published).latest ?? [])
    }),
  )
  return days.toSorted().at(-1) ?? null
}

export function disputeReported(contents: Contents, dispute: string): Day {
  const inDispute = contents.developments.filter(({ content }) => (content.disputes ?? []).includes(dispute))
  return lastReported(contents, inDispute)
}

/** By the key of each standing measure. */
export function measuresReported(contents: Contents): Record<string, Day> {
  const { developments } = contents
  const measures = developments.filter(({ content }) => 'measure' in content)
  const reporting = (measure: string) =>
    developments.filter(
      ({ key, content }) =>
        key === measure || (content['status-changes'] ?? []).some((each) => each.measure === measure),
    )
  return Object.fromEntries(measures.map(({ key }) => [key, lastReported(contents, reporting(key))]))
}

function positionsIn({ key, entered, content, date }: Known): Taken[] {
  if (!('statement' in content)) return []
  const spokenFor = content['on-behalf-of'] ?? []
  return (content.positions ?? [])
    .flatMap(({ claim, stance, attribution = 'paraphrased', holder }) => {
      const holders = holder !== undefined ? [holder] : spokenFor.length > 0 ? spokenFor : content.speakers
      return holders.map((each) => ({
        claim,
        holder: each,
        stance: fromKebab(stance),
        attribution: fromKebab(attribution),
      }))
    })
    .map((position, ordinal) => ({ ...position, statement: key, date, entered, ordinal }))
}

/** The current response to each demand of a dispute. */
export function ledgerOf(
  { demands, developments }: Contents,
  dispute: string,
  on: Day,
): [demand: string, response: string][] {
  return demands
    .filter((demand) => demand.dispute === dispute)
    .map(({ key }) => {
      const answers = developments.flatMap(({ content, entered }) =>
        (content.assessments ?? [])
          .map(({ demand, response, date }, ordinal) => ({ demand, response, date: parseEdtf(date), entered, ordinal }))
          .filter(({ demand, date }) => demand === key && hasBegun(date, on)),
      )
      return [key, fromKebab(answers.toSorted(leastCurrentFirst).at(-1)?.response ?? 'no-response')]
    })
}

/** The measures in force, newest first. Without a dispute, those of all disputes. */
export function inForce({ developments }: Contents, dispute: string | null, on: Day): string[] {
  return developments
    .filter(({ content }) => dispute === null || (content.disputes ?? []).includes(dispute))
    .filter(({ key, content, date }) => {
      if (!('measure' in content)) return false
      const changes = developments.flatMap((teller) =>
        (teller.content['status-changes'] ?? [])
          .map((change, ordinal) => ({ ...change, date: parseEdtf(change.date), entered: teller.entered, ordinal }))
          .filter(({ measure }) => measure === key),
      )
      const history = [{ status: content.status, date, entered: -1, ordinal: 0 }, ...changes]
      const begun = history.filter((status) => hasBegun(status.date, on))
      return begun.toSorted(leastCurrentFirst).at(-1)?.status === 'in-force'
    })
    .toSorted((a, b) => {
      const [early, late] = [sortKeyOf(a.date), sortKeyOf(b.date)]
      const known = Number(a.date.earliest === null) - Number(b.date.earliest === null)
      return known || (early === late ? b.entered - a.entered : early < late ? 1 : -1)
    })
    .map(({ key }) => key)
}

export interface Asked {
  readonly bucket: 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR'
  readonly initiator?: string | undefined
  readonly recipient?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Goes day by day: a bucket consists of the days with the same label. */
export function tensionOf({ developments }: Contents, dispute: string, asked: Asked) {
  const codings = developments
    .filter(({ content }) => (content.disputes ?? []).includes(dispute))
    .toSorted((a, b) => oldestFirst({ ...a, ordinal: 0 }, { ...b, ordinal: 0 }))
    .flatMap(({ key, content, date }) =>
      (content.codings ?? [])
        .filter(
          (coding) =>
            (coding.auxiliaries ?? []).length === 0 &&
            (asked.initiator === undefined || coding.initiators.includes(asked.initiator)) &&
            (asked.recipient === undefined || (coding.recipients ?? []).includes(asked.recipient)),
        )
        .map(({ type, modes = [] }) => ({
          key,
          date,
          score: scoreOf(
            fromKebab(type) as PloverType,
            modes.map((mode) => fromKebab(mode) as PloverMode),
          ),
        })),
    )
    .filter(
      ({ date: { earliest, latest } }) =>
        (latest ?? '~') >= (asked.from ?? '') && (earliest ?? '') <= (asked.to ?? '~'),
    )
  const nameOf = ({ earliest, latest }: UncertainDate) => {
    if (earliest === null || latest === null || earliest < (asked.from ?? '') || latest > (asked.to ?? '~')) return null
    const [first, last] = [earliest, latest].map((day) => bucketName(day, asked.bucket))
    return first === last ? (first ?? null) : null
  }
  const named = codings.map((coding) => ({ ...coding, bucket: nameOf(coding.date) }))
  const names = [...new Set(named.flatMap(({ bucket }) => bucket ?? []))].toSorted()
  const keysOf = (some: readonly { key: string }[]) => [...new Set(some.map(({ key }) => key))]
  const straddlers = named.filter(({ bucket }) => bucket === null)
  return {
    straddling: straddlers.length,
    straddlers: keysOf(straddlers),
    straddlerCount: keysOf(straddlers).length,
    marks: {
      totalCount: codings.length,
      nodes: codings.slice(0, 100).map(({ key, score }) => ({ development: key, score })),
    },
    buckets: names.map((name) => {
      const held = named.filter(({ bucket }) => bucket === name)
      const scores = held.map(({ score }) => score)
      const sum = total(scores)
      return {
        ...daysNamed(name, asked),
        count: scores.length,
        sum,
        mean: sum / scores.length,
        cooperation: total(scores.filter((score) => score > 0)),
        conflict: total(scores.filter((score) => score < 0)),
        developmentCount: keysOf(held).length,
        developments: keysOf(held),
      }
    }),
  }
}

function bucketName(day: string, size: Asked['bucket']): string {
  const [year = '', month = ''] = day.split('-')
  const monday = new Date(day)
  while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1)
  return {
    DAY: day,
    WEEK: monday.toISOString().slice(0, 10),
    MONTH: `${year}-${month}`,
    QUARTER: `${year}-Q${Math.ceil(Number(month) / 3)}`,
    YEAR: year,
  }[size]
}

/** The first and the last of the neighbouring days that have this label and lie in the range. */
function daysNamed(name: string, { bucket, from = '', to = '~' }: Asked): { from: string; to: string } {
  const days: string[] = []
  const day = new Date(`${name.slice(0, 4)}-01-01`)
  day.setUTCDate(-7)
  for (let at = 0; at < 390; at++) {
    const text = day.toISOString().slice(0, 10)
    if (bucketName(text, bucket) === name && text >= from && text <= to) days.push(text)
    day.setUTCDate(day.getUTCDate() + 1)
  }
  return { from: days[0] ?? '', to: days.at(-1) ?? '' }
}

function total(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0)
}

/** Every link of a chain with its distance, unordered. */
export function chainOf({ developments }: Contents, key: string, depth: number): string[] {
  const links = developments.flatMap(({ key: from, content }) =>
    (content.links ?? [])
      .filter(({ relation }) => ['in-response-to', 'reciprocates', 'reverses'].includes(relation))
      .filter(({ development }) => developments.some((other) => other.key === development))
      .map(({ relation, development }) => ({ from, relation: fromKebab(relation), to: development })),
  )
  const found = new Map<string, number>()
  for (const [near, far] of [['from', 'to'] as const, ['to', 'from'] as const]) {
    let reached = new Set([key])
    for (let distance = 1; distance <= depth; distance++) {
      const tied = links.filter((link) => reached.has(link[near]))
      for (const { from, relation, to } of tied) {
        const mark = `${from} ${relation} ${to}`
        found.set(mark, Math.min(distance, found.get(mark) ?? distance))
      }
      // Developments already reached are visited again without effect: all that they lead to is already nearer.
      reached = new Set(tied.map((link) => link[far]))
    }
  }
  return [...found].map(([mark, distance]) => `${distance} ${mark}`).toSorted()
}

function hasBegun({ earliest, latest, reading }: UncertainDate, on: Day): boolean {
  if (on === null) return true
  const by = reading === 'WITHIN' ? latest : (earliest ?? latest)
  return by !== null && by <= on
}

function leastCurrentFirst(a: Said, b: Said): number {
  const daysOf = ({ date }: Said) => `${date.earliest ?? ''}/${date.latest ?? '9999-99-99'}`
  const momentOf = ({ date }: Said) => (date.instant === null ? -1 : Date.parse(date.instant))
  const isFirst = ({ entered }: Said) => Number(entered === -1)
  const [early, late] = [daysOf(a), daysOf(b)]
  if (early !== late) return early < late ? -1 : 1
  return isFirst(b) - isFirst(a) || momentOf(a) - momentOf(b) || a.entered - b.entered || a.ordinal - b.ordinal
}

function oldestFirst(a: Said, b: Said): number {
  const [early, late] = [sortKeyOf(a.date), sortKeyOf(b.date)]
  return early === late ? a.entered - b.entered || a.ordinal - b.ordinal : early < late ? -1 : 1
}
