import type { DisputeFacetsData, DisputeTimelineData, Entry } from '../../../../schema/page-data.d.ts'
import type { IsNew } from '../charts/as-of.ts'
import { dateStrip, timeAxis } from '../charts/time-axis.ts'
import type { TimeScale } from '../charts/time-scale.ts'
import { capital, counted, doubts, enumerate, flag, fresh, kindClass, onRecord, phrase } from '../parts/chips.ts'
import { dated, sortByBeginning } from '../parts/dates.ts'
import { filterForm, type Filter } from '../parts/filter-form.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, developmentLink, sourceLink } from '../parts/links.ts'
import { isRedacted } from '../parts/news.ts'
import { pageLinks } from '../parts/paging.ts'

type Connection = NonNullable<DisputeTimelineData['dispute']>['developments']
type Facets = NonNullable<DisputeFacetsData['dispute']>['developments']['facets']

/** Developments on one page of the timeline: all of a dispute if they are this many at most, and else half of that. */
const WHOLE = 100

/** Developments on one page of the timeline of a dispute with so many. */
export function pageSizeOf(developments: number): number {
  return developments > WHOLE ? WHOLE / 2 : WHOLE
}

/** The most developments that are open at once on the first page. */
const OPEN = 12

export interface Timeline {
  readonly developments: Connection
  readonly facets: Facets
  readonly filter: Filter
  /** Developments on one page. */
  readonly size: number
  readonly scale: TimeScale
  readonly isNew: IsNew
  /** The address of the present, if the page shows a past. */
  readonly now: string | undefined
  readonly tools: Html
}

export function describeTimeline(timeline: Timeline): Html {
  const { developments, filter, size, scale, tools } = timeline
  const total = developments.totalCount ?? 0
  const isWhole = !developments.pageInfo.hasNextPage && !developments.pageInfo.hasPreviousPage
  const isByDate = filter.order === 'NEWEST_FIRST' || filter.order === 'OLDEST_FIRST'
  const inOrder = isWhole && isByDate ? sortByBeginning(developments.nodes, filter.order) : developments.nodes
  const groups = isByDate ? groupsOf(inOrder) : inOrder.map((entry) => [entry])
  const sorted = groups.flat()
  const isFirst = filter.active.length === 0 && !developments.pageInfo.hasPreviousPage
  const cut = isFirst && sorted.length > OPEN + 3 ? openOf(groups) : sorted.length
  const [shown, folded] = [sorted.slice(0, cut), sorted.slice(cut)]
  const describe = (entries: readonly Entry[]) =>
    isByDate ? groupsOf(entries).map((group) => describeDate(group, timeline)) : describeList(entries, timeline)
  return html`<section id="timeline">
    <h2>Timeline <span class="n">${total}</span></h2>
    ${filterForm(filter, { fragment: 'timeline', label: 'Search the timeline', ...facetsOf(timeline.facets) })}
    ${sorted.length > 0 && isByDate && html`<p class="how2">${describeDates(sorted)}</p>`}
    ${
      sorted.length > 0 &&
      html`<div class="tl">
      ${isByDate && html`<div class="tlh"><span>${isWhole ? 'By the day by which it had begun' : 'By the first day on which it can have happened'}</span>${timeAxis(scale)}</div>`}
      ${describe(shown)}
      ${folded.length > 0 && html`<details class="more"><summary>The ${folded.length} ${filter.order === 'NEWEST_FIRST' ? 'earlier' : 'other'} ones${!isWhole && ' of this page'}</summary>${describe(folded)}</details>`}
    </div>`
    }
    ${sorted.length === 0 && describeEmpty(filter, timeline.now)}
    ${pageLinks(developments.pageInfo, { size, page: filter.page })}
    ${tools}
  </section>`
}

function facetsOf(facets: Facets) {
  return { kinds: facets?.kinds ?? [], actors: facets?.actors ?? [] }
}

function describeDates(entries: readonly Entry[]): string {
  const days = entries.filter(
    ({ date }) => date.earliest !== null && date.earliest === date.latest && !date.approximate && !date.uncertain,
  ).length
  const bracket =
    'A bracket is the whole time in which a thing can have happened; it mostly ends on the day of the report that tells of it.'
  if (days === entries.length)
    return entries.length === 1 ? 'It is dated to the day.' : 'All of them are dated to the day.'
  return `${days === 0 ? 'None' : days} of ${entries.length} ${days === 1 ? 'is' : 'are'} dated to the day. ${bracket}`
}

/** How many are open at once: whole groups, where the first one is not too large. */
function openOf(groups: readonly (readonly Entry[])[]): number {
  const ends = groups.map((_, index) => groups.slice(0, index + 1).flat().length)
  return ends.findLast((end) => end <= OPEN) ?? OPEN
}

/** Developments of one date together. Dates with the same bounds may be interleaved otherwise: `2025-02` and `2025-02~`. */
function groupsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  return [...Map.groupBy(entries, ({ date }) => date.edtf).values()]
}

function describeDate(entries: readonly Entry[], { scale, isNew }: Timeline): Html {
  const [first] = entries
  return (
    first &&
    html`<section>
    <h3>${dated({ ...first.date, label: capital(first.date.label) })}${entries.length > 1 && html` <span class="n">${entries.length}</span>`}</h3>
    ${dateStrip(scale, first.date)}
    <ul>${entries.map((entry) => describeEntry(entry, isNew))}</ul>
  </section>`
  )
}

function describeList(entries: readonly Entry[], { isNew }: Timeline): Html {
  return html`<ul class="flat">${entries.map((entry) => describeEntry(entry, isNew, { date: entry.date.label }))}</ul>`
}

/** `date` where it stands under no heading of its date, and what else is to be said (`more`). */
export function describeEntry(entry: Entry, isNew: IsNew, { date, more }: { date?: string; more?: Html } = {}): Html {
  const { key, kind } = entry
  if (isRedacted(entry)) {
    return html`<li class="${kindClass(kind)}" id="${key}">${flag('Redacted')} <a href="/developments/${key}">${key}</a></li>`
  }
  const isFresh = isNew(key)
  const className = [kindClass(kind), isFresh && 'isnew'].filter(Boolean).join(' ')
  return html`<li class="${className}" id="${key}">${isFresh && fresh(isNew.words)}${entry.retraction && html`${flag('Retracted, counted nowhere')}${' '}`}${developmentLink(entry)}<span class="m">${date && `${date} · `}${describeActors(entry)} · ${describeSources(entry)}${doubts(entry)}</span>${more}</li>`
}

/** The kind, and who speaks to whom or acts against whom. */
function describeActors({ kind, speakers = [], addressees = [], imposedBy = [], targets = [] }: Entry): Html {
  const names = (actors: readonly { readonly key: string; readonly name: string }[]) => {
    const shown = actors.slice(0, NAMED).map(actorLink)
    return enumerate(actors.length > NAMED ? [...shown, `${actors.length - NAMED} more`] : shown)
  }
  const by = [...speakers, ...imposedBy]
  const to = [...addressees, ...targets]
  return html`${phrase(kind)}${by.length > 0 && html`, ${names(by)}`}${to.length > 0 && html` ${kind === 'MEASURE' ? 'against' : 'to'} ${names(to)}`}`
}

/** Names that are listed of each side. */
const NAMED = 3

function describeSources({ citations }: Entry): Html {
  if (citations.length > 2) return counted(citations.length, 'document')
  const byName = new Map(citations.map(({ source }) => [sourceName(source), source.key]))
  return joined([...byName].map(([name, key]) => sourceLink({ key, name })))
}

/** What a document is called where its title is too long: its outlet, or its date. */
export function sourceName({
  outlet,
  author,
  publishedOn,
}: {
  readonly outlet: { readonly name: string } | null
  readonly author?: string | null
  readonly publishedOn: { readonly shortLabel: string } | null
}): string {
  return outlet?.name ?? author ?? ['Unsigned', publishedOn?.shortLabel].filter(Boolean).join(', ')
}

/** Nothing matches: each condition, to drop it. `now` is the address of the present, if the page shows a past. */
export function describeEmpty({ active }: Filter, now?: string): Html {
  const back = now !== undefined && html` <a href="${now}" exact>Return to now</a>`
  const time = onRecord(now !== undefined)
  if (active.length === 0) return html`<p>No development is ${time}.${back}</p>`
  return html`<p>Nothing ${time} matches. Drop ${enumerate(
    active.map(({ label, without }) => html`<a href="${without}">${label}</a>`),
    'or',
  )}.${back}</p>`
}
