import { hasBegunBy, parseEdtf, type UncertainDate } from '../../src/model/dates/edtf.ts'
import { quadClassOf } from '../../src/model/vocabulary/plover.ts'
import {
  bestCredibilityOf,
  developmentKindOf,
  participationsOf,
  reliabilityOf,
} from '../../src/model/records/derived-fields.ts'
import type { DevelopmentRecord, RecordOf } from '../../src/model/records/definitions.ts'
import { fromKebab } from '../../src/model/vocabulary/vocabulary.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { ListOrder } from '../../src/store/search/development-pages.ts'
import { TEXTS, WORDS } from './filter-world.ts'
import type { DateRange, DevelopmentFilter } from '../../src/store/search/filter.ts'

/** An oracle for filters and the feed, which computes each result from the plain contents that were appended. */

export interface LoggedChange {
  readonly seq: number
  readonly at: number
  readonly change: PlannedChange
}

export interface Found {
  readonly key: string
  /** The seq of its first entry. */
  readonly entered: number
  readonly enteredAt: number
  /** The seq of its latest change. */
  readonly changed: number
  readonly changedAt: number
  readonly retracted: boolean
  readonly content: DevelopmentRecord
  readonly date: UncertainDate
}

type References = readonly PlannedChange[]

/** The developments as of a seq, in order of first entry. */
export function knownAt(history: readonly LoggedChange[], asOf: number): Found[] {
  const found = new Map<string, Found>()
  for (const { seq, at, change } of history) {
    if (seq > asOf) break
    const before = found.get(change.key)
    const content = change.content as DevelopmentRecord
    found.set(change.key, {
      key: change.key,
      entered: before?.entered ?? seq,
      enteredAt: before?.enteredAt ?? at,
      changed: seq,
      changedAt: at,
      retracted: change.kind === 'RETRACTED',
      content,
      date: parseEdtf(content.date),
    })
  }
  return [...found.values()]
}

/** The developments that match a filter. */
export function passing(found: readonly Found[], filter: DevelopmentFilter, references: References): Found[] {
  return found.filter(
    (development) =>
      (filter.includeRetracted === true || !development.retracted) &&
      (filter.recordedAfter == null || development.enteredAt > filter.recordedAfter) &&
      (filter.recordedBefore == null || development.enteredAt < filter.recordedBefore) &&
      (filter.changedAfter == null || development.changedAt > filter.changedAfter) &&
      (filter.changedBefore == null || development.changedAt < filter.changedBefore) &&
      passes(development.key, development.content, filter, references),
  )
}

/** The keys of developments in the requested order. */
export function inOrder(found: readonly Found[], orderBy: ListOrder): string[] {
  return sorted(found, orderBy).map(({ key }) => key)
}

function sorted(found: readonly Found[], orderBy: ListOrder): Found[] {
  if (orderBy === 'RECENTLY_RECORDED') return found.toSorted((a, b) => b.entered - a.entered)
  if (orderBy === 'RECENTLY_CHANGED') return found.toSorted((a, b) => b.changed - a.changed)
  const down = orderBy === 'NEWEST_FIRST'
  return found.toSorted((a, b) => {
    if ((a.date.earliest === null) !== (b.date.earliest === null)) return a.date.earliest === null ? 1 : -1
    return (chronological(a.date, b.date) || a.entered - b.entered) * (down ? -1 : 1)
  })
}

function chronological(a: UncertainDate, b: UncertainDate): number {
  return (
    compareText(a.earliest ?? '', b.earliest ?? '') ||
    compareText(a.latest ?? 'open', b.latest ?? 'open') ||
    (a.instant === null ? 0 : Date.parse(a.instant)) - (b.instant === null ? 0 : Date.parse(b.instant))
  )
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** Whether a content matches the filter, regardless of later revisions. */
export function passes(
  key: string,
  content: DevelopmentRecord,
  filter: DevelopmentFilter,
  references: References,
): boolean {
  const date = parseEdtf(content.date)
  const participations = participationsOf(content)
  const codings = content.codings ?? []
  const sources = references.flatMap(({ record, content: source }) =>
    record === 'source' && content.citations.some((citation) => citation.source === (source as RecordOf<'source'>).key)
      ? [source as RecordOf<'source'>]
      : [],
  )
  const meant = (actors: readonly string[]) =>
    filter.includeAffiliated === true ? affiliated(actors, date, references) : new Set(actors)
  const among = (wanted: readonly string[] | null | undefined, has: readonly (string | undefined)[]) =>
    wanted == null || wanted.length === 0 || has.some((value) => value !== undefined && wanted.includes(value))
  const actorAmong = (wanted: readonly string[] | null | undefined, has: readonly (string | undefined)[]) =>
    wanted == null || wanted.length === 0 || has.some((value) => value !== undefined && meant(wanted).has(value))
  const statement = 'statement' in content ? content : null
  const values = (list: readonly string[]) => list.map(fromKebab)
  const inRoles = (roles: readonly string[] | null | undefined) =>
    participations
      .filter(({ role }) => roles == null || roles.length === 0 || roles.includes(role))
      .map(({ actor }) => actor)

  return (
    among(filter.keys, [key]) &&
    among(filter.kinds, [developmentKindOf(content)]) &&
    among(filter.eventKinds, 'event' in content ? values([content['event-kind']]) : []) &&
    among(filter.acts, statement === null ? [] : values(statement.acts)) &&
    among(filter.measureKinds, 'measure' in content ? values([content['measure-kind']]) : []) &&
    among(filter.disputes, content.disputes ?? []) &&
    (filter.inAnyDispute == null || filter.inAnyDispute === (content.disputes ?? []).length > 0) &&
    among(filter.contextOf, content['context-of'] ?? []) &&
    actorAmong(filter.actors, inRoles(null)) &&
    (filter.participants ?? []).every(({ actors, roles }) => actorAmong(actors, inRoles(roles))) &&
    actorAmong(
      filter.initiators,
      codings.flatMap((coding) => coding.initiators),
    ) &&
    actorAmong(
      filter.recipients,
      codings.flatMap((coding) => coding.recipients ?? []),
    ) &&
    among(filter.places, content.places ?? []) &&
    overlaps(date, filter.dateOverlaps) &&
    liesWithin(date, filter.dateWithin) &&
    (filter.begunBy == null || hasBegunBy(date, filter.begunBy)) &&
    among(filter.ploverTypes, values(codings.map(({ type }) => type))) &&
    // The codings' types are PLOVER's in the dossier's spelling.
    among(
      filter.quadClasses,
      codings.map(({ type }) => quadClassOf(fromKebab(type) as 'AGREE')),
    ) &&
    among(filter.contexts, values(codings.flatMap(({ contexts }) => contexts ?? []))) &&
    among(filter.evidentialStatuses, values([content['evidential-status']])) &&
    among(filter.credibility, [bestCredibilityOf(content)]) &&
    among(
      filter.sources,
      content.citations.map(({ source }) => source),
    ) &&
    actorAmong(
      filter.outlets,
      sources.map(({ outlet }) => outlet),
    ) &&
    among(
      filter.reliability,
      sources.map(({ reliability }) => reliabilityOf(reliability)),
    ) &&
    among(
      filter.claims,
      [...(content.bearings ?? []), ...(statement?.positions ?? [])].map(({ claim }) => claim),
    ) &&
    (filter.text == null || mentions(content, filter.text, references)) &&
    (filter.reportedBy == null || sources.some((source) => wasPublished(source, filter.reportedBy ?? ''))) &&
    (filter.reportedAfter == null || !sources.some((source) => wasPublished(source, filter.reportedAfter ?? ''))) &&
    among(filter.demands, [...(statement?.demands ?? []), ...(content.assessments ?? []).map(({ demand }) => demand)])
  )
}

/** Whether every term occurs in the headline, the summary, a quote or the name of a participant. Terms may occur in different places. */
function mentions(content: DevelopmentRecord, text: string, references: References): boolean {
  const terms = TEXTS.find(([typed]) => typed === text)?.[1]
  if (terms === undefined) throw new Error(`unknown search text: ${text}`)
  const taking = new Set(participationsOf(content).map(({ actor }) => actor))
  const names = references.flatMap(({ record, content: actor }) => {
    if (record !== 'actor') return []
    const { key, name, aliases = [] } = actor as RecordOf<'actor'>
    return taking.has(key) ? [name, ...aliases] : []
  })
  const quotes = 'statement' in content ? (content.quotes ?? []) : []
  const texts = [content.headline, content.summary, ...quotes.map((quote) => quote.text), ...names].map(plainOf)
  return terms.every((term) =>
    texts.some((each) => each.includes(term.endsWith('*') ? ` ${term.slice(0, -1)}` : ` ${term} `)),
  )
}

/** A text of this world after folding. */
function plainOf(text: string): string {
  const plain = WORDS.reduce((written, [word, known]) => written.replaceAll(word, known), text)
  return ` ${plain.split(/[^\p{L}\p{N}\p{M}]+/u).join(' ')} `
}

function wasPublished({ published }: RecordOf<'source'>, day: string): boolean {
  const latest = published === undefined ? null : parseEdtf(published).latest
  return latest !== null && latest <= day
}

const FIRST = '0000'
const LAST = '~'

function overlaps(date: Pick<UncertainDate, 'earliest' | 'latest'>, range: DateRange | null | undefined): boolean {
  return (date.latest ?? LAST) >= (range?.from ?? FIRST) && (date.earliest ?? FIRST) <= (range?.to ?? LAST)
}

function liesWithin(date: UncertainDate, range: DateRange | null | undefined): boolean {
  return (date.earliest ?? FIRST) >= (range?.from ?? FIRST) && (date.latest ?? LAST) <= (range?.to ?? LAST)
}

/** Every chain of affiliations upwards that ends at one of the actors and whose terms all share a day with the date. */
function affiliated(actors: readonly string[], date: UncertainDate, references: References): Set<string> {
  const all = references.flatMap(({ record, content }) => (record === 'actor' ? [content as RecordOf<'actor'>] : []))
  const byKey = new Map(all.map((actor) => [actor.key, actor]))
  const leads = (key: string, span: { from: string; to: string }, path: readonly string[]): boolean => {
    if (span.from > span.to) return false
    const own = { earliest: span.from, latest: span.to }
    if (!overlaps(own, { from: date.earliest, to: date.latest })) return false
    if (actors.includes(key)) return true
    return (byKey.get(key)?.affiliations ?? []).some(({ to, relation, date: term }) => {
      if (!['organ-of', 'office-holder', 'subsidiary-of'].includes(relation) || path.includes(to)) return false
      const { earliest, latest } = term === undefined ? { earliest: null, latest: null } : parseEdtf(term)
      const [from, until] = [earliest ?? FIRST, latest ?? LAST]
      const common = { from: from > span.from ? from : span.from, to: until < span.to ? until : span.to }
      return leads(to, common, [...path, to])
    })
  }
  return new Set(all.map(({ key }) => key).filter((key) => leads(key, { from: FIRST, to: LAST }, [key])))
}
