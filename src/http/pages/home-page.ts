import type { ActorDemandsData, DisputeInShortData, DisputesData } from '../../../schema/page-data.d.ts'
import { COMMAND } from '../../config.ts'
import { isPast, judge, newScopeOf, newsOf, scopeOf, type IsNew } from './charts/as-of.ts'
import { developmentsOfMeasures, measuresAt, readMeasures } from './charts/measures.ts'
import { axisSymbols, periodStrip, timeAxis } from './charts/time-axis.ts'
import { timeScale, type TimeScale } from './charts/time-scale.ts'
import { nameParties } from './dispute/board.ts'
import { demandsAt, developmentsOfDemands, listAnswers } from './dispute/demands.ts'
import { heldAt, readHeldOn } from './dispute/held.ts'
import { changesOf, type Cell } from './dispute/matrix.ts'
import { describeShift, REPORTED_LATER } from './dispute/positions.ts'
import { describeBeyond } from './dispute/tools.ts'
import { page, readQuery, type Rendered, type Visit } from './page.ts'
import { attributionNote, capital, counted, fresh, kindClass, stanceChip, stanceOf } from './parts/chips.ts'
import { describeControls, describePast } from './parts/controls.ts'
import { day } from './parts/dates.ts'
import { hiddenFields } from './parts/form-field.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { actorLink, address, dateLink, datedLink, given, playgroundLink, queryTools, without } from './parts/links.ts'
import { instantShown, momentsIn, readMoments, type Moments } from './parts/moments.ts'
import { countOf, describeNews, readWithdrawn, type Withdrawn } from './parts/news.ts'
import { pageLinks, pagingOf, readCursor } from './parts/paging.ts'
import { describeProblems } from './parts/problems.ts'
import { describeFailure, describeReason, Sections } from './parts/sections.ts'

const QUERIES = {
  disputes: readQuery('home'),
  dispute: readQuery('dispute-in-short'),
  demands: readQuery('actor/demands'),
}

/** Disputes on one page. */
const PAGE_SIZE = 8

type Connection = NonNullable<DisputesData['disputes']>

/** A dispute at the times of the page. */
interface Listed extends Omit<NonNullable<DisputeInShortData['dispute']>, 'demands' | 'measuresInForceCount'> {
  readonly demands: readonly { readonly response: string | null }[]
  readonly inForce: number
  /** Whether there may be more of them. */
  readonly isLeast: boolean
  /** What each party holds on the central claim. */
  readonly cells: readonly Cell[]
  /** The keys of those whose last positions on it were all reported after the day of the page. Earlier ones are not read. */
  readonly later: ReadonlySet<string>
  /** How many developments are new. Null where nothing is marked. */
  readonly news: number | null
  readonly isNew: IsNew
}

interface HomePage {
  readonly moments: Moments
  /** What the disputes were asked for with. */
  readonly paging: ReturnType<typeof pagingOf>
  readonly connection: Connection
  /** In the order of the list. Null for one that cannot be read, or that was recorded later. */
  readonly listed: readonly (Listed | null)[]
  readonly withdrawn: Withdrawn | null
  readonly failures: Sections<string>['failures']
}

/** The home page: where each dispute stands, and how to query and follow the record. */
export const homePage = page<HomePage>({
  path: '/',
  parameters: ['after', 'before'],
  read: readHome,
  render: renderHome,
})

async function readHome({ parameters, ask, present }: Visit): Promise<HomePage> {
  const { problems: bad, ...times } = readMoments(parameters)
  const problems = new Map(bad)
  const paging = pagingOf(readCursor(parameters, problems), PAGE_SIZE)
  const moments = { ...times, problems }
  const { disputes } = await ask<DisputesData>(QUERIES.disputes, paging)
  const sections = new Sections<string>(present)
  const listed = []
  for (const { key } of disputes?.nodes ?? []) listed.push(await sections.read([key], readListed(key, moments, ask)))
  const withdrawn = await sections.read([NEWS], readWithdrawn(ask, moments, {}))
  return { moments, paging, connection: disputes ?? NONE, listed, withdrawn, failures: sections.failures }
}

/** The name of what is new among the sections, which are named by the keys of disputes otherwise. No key has a space. */
const NEWS = 'what is new'

const NONE: Connection = {
  totalCount: 0,
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  nodes: [],
}

/** Null if it was recorded after the instant of the page. */
async function readListed(key: string, moments: Moments, ask: Visit['ask']): Promise<Listed | null> {
  const { on, reported, known } = moments
  const asked = { key, known, on }
  const { dispute } = await ask<DisputeInShortData>(QUERIES.dispute, { ...asked, filter: scopeOf(moments) })
  if (dispute === null) return null
  const { centralClaim, developments } = dispute
  const parties = new Set(dispute.parties.map((party) => party.key))
  const all = centralClaim && (await readHeldOn(centralClaim.key, { ask, known, on, isWhole: true }))
  const held = (all ?? []).filter(({ holder }) => parties.has(holder.key))
  const isThen = on !== null || reported !== null
  const made = isThen ? await ask<ActorDemandsData>(QUERIES.demands, { dispute: key, known, on }) : null
  const measures = reported === null ? null : await readMeasures(ask, { ...asked, reported })
  const { asOf, isNew } = await judge(ask, moments, [
    ...held.flatMap(({ history }) => history.map(({ statement }) => statement.key)),
    ...developmentsOfDemands(made?.dispute?.demands ?? []),
    ...(measures ? developmentsOfMeasures(measures) : []),
    ...developments.nodes.map((development) => development.key),
  ])
  const newer = newScopeOf(moments, { disputes: [key] })
  const then = measures && measuresAt(measures, asOf)
  const { cells, later } = heldAt(held, asOf)
  return {
    ...dispute,
    demands: made === null ? dispute.demands : demandsAt(made.dispute?.demands ?? [], asOf),
    inForce: then?.inForceCount ?? dispute.measuresInForceCount ?? 0,
    isLeast: then?.isLeast ?? false,
    cells,
    later: new Set(later.map(({ holder }) => holder.key)),
    news: newer && (await countOf(ask, newer, known)),
    isNew,
  }
}

function renderHome({ moments, paging, connection, listed, withdrawn, failures }: HomePage, visit: Visit): Rendered {
  const { parameters, publicUrl, headAt } = visit
  const { known, since, problems } = moments
  const shown = listed.filter((dispute) => dispute !== null)
  const scale = scaleOf(shown)
  const later = connection.nodes.filter(({ key }, index) => listed[index] === null && !failures.has(key)).length
  const sum = (numberOf: (dispute: Listed) => number) => shown.reduce((total, dispute) => total + numberOf(dispute), 0)
  const again = without('/', parameters, [])
  const marked = failures.get(NEWS)
  const hidden = hiddenFields(momentsIn(parameters))
  return {
    title: 'Demarche',
    description: 'Sourced chronologies of diplomatic disputes: positions, demands, measures, evidence.',
    path: '/',
    className: 'index',
    crumbs: [{ name: 'Disputes' }],
    asOf: known === null ? undefined : (instantShown(known, headAt) ?? undefined),
    ...(!isPast(moments) && !parameters.has('after') && !parameters.has('before') && { follows: {} }),
    symbols: axisSymbols(scale),
    isPartial: failures.size > 0,
    ...(problems.size > 0 && { status: 400 }),
    main: html`${describeProblems({ moments: problems })}
      ${describePast(moments, { path: '/', parameters, held: 'Positions, demands and measures' })}
      <h1>A sourced chronology of diplomatic disputes</h1>
      <p class="stand wide">Who did what, who said what and who holds what, each with its source, and with dates no more exact than the source gives. What the sources report differently stands side by side.</p>
      ${describeSearch(hidden)}
      ${describeControls('/', { moments, parameters, headAt })}
      ${marked && describeReason(marked, again, 'What was withdrawn')}
      ${
        since &&
        describeNews(
          {
            since,
            count: sum(({ news }) => news ?? 0),
            all: sum(({ developments }) => developments.totalCount ?? 0),
            withdrawn,
          },
          {
            see: html`<a href="${address('/search', newsOf(moments))}">Search in all that is new</a>`,
            now: without('/', parameters, ['since', 'by']),
          },
        )
      }
      ${listed.length === 0 && html`<p>None yet. Import one with <code>${COMMAND} import FILE</code>.</p>`}
      ${shown.length > 0 && html`<div class="axh"><span></span>${timeAxis(scale)}</div>`}
      ${connection.nodes.map(({ key, title }, index) => {
        const failure = failures.get(key)
        if (failure !== undefined) return describeFailure(failure, { id: key, title: recorded(title), again })
        const dispute = listed[index]
        return dispute && describeDispute(dispute, { scale, moments })
      })}
      ${later > 0 && html`<p>${counted(later, 'dispute was', 'disputes were')} recorded here only after that instant.</p>`}
      ${describePages(connection)}
      ${describeUses(publicUrl, { paging, hidden })}`,
  }
}

/** `hidden` are fields with the moments of the page. */
function describeSearch(hidden: Html): Html {
  return html`<form class="filter" method="get" action="/search" role="search" aria-label="Search the record">
  ${hidden}
  <p class="fd"><label for="f-q">Search all disputes</label> <input id="f-q" type="search" name="q" required /></p>
  <button>Find</button>
</form>`
}

/** One axis for all disputes of the page, from the first beginning to the last report. */
function scaleOf(disputes: readonly Listed[]): TimeScale {
  const days = disputes.flatMap(({ lastReportedOn, period }) => [lastReportedOn, period.latest])
  const last =
    days
      .filter((one) => one !== null)
      .toSorted()
      .at(-1) ?? null
  return timeScale({ period: null, lastReportedOn: last, dates: disputes.map(({ period }) => period) })
}

function describeDispute(
  dispute: Listed,
  { scale, moments }: { readonly scale: TimeScale; readonly moments: Moments },
): Html {
  const { key, title, summary, parties, period, centralClaim: claim, developments, isNew } = dispute
  const { known, on } = moments
  return html`<article class="disp" id="${key}">
    <div class="h">
      <h2><a href="/disputes/${key}" dir="auto">${title}</a></h2>
      <p class="kick">${parties.length > 0 && html`${nameParties(parties)} · `}${period.label}</p>
      ${periodStrip(scale, dispute)}
    </div>
    <div class="b">
      <div>
        ${
          claim === null
            ? html`<p class="stand" dir="auto">${summary}</p>${isPast(moments) && html`<p class="how2">Summary of the whole record.</p>`}`
            : html`<p class="lab">Central claim</p><p class="stand"><q><a href="/claims/${claim.key}" dir="auto">${claim.proposition}</a></q></p>${describeParties(dispute)}`
        }
        <p class="tal">${describeDemands(dispute, moments)}<span class="br">${describeMeasures(dispute, moments)}</span></p>
      </div>
      <div>
        <p class="lab">${countDevelopments(dispute, moments)}</p>
        <ul class="tl flat">${developments.nodes.map((entry) => html`<li class="${isNew(entry.key) ? `${kindClass(entry.kind)} isnew` : kindClass(entry.kind)}">${isNew(entry.key) && fresh(isNew.words)}${datedLink(entry)}</li>`)}</ul>
        ${describeReports(dispute, moments)}
        ${queryTools('DisputeInShort', given({ key, known, on, filter: scopeOf(moments) }), null, describeBeyond(['reported'], moments))}
      </div>
    </div>
  </article>`
}

function countDevelopments({ developments, news }: Listed, moments: Moments): Html {
  const total = developments.totalCount ?? 0
  if (total === 0) return `No development ${isPast(moments) ? 'of that time' : 'on record'}`
  const words = total > developments.nodes.length ? `Latest of ${total} developments` : counted(total, 'development')
  return news === null ? words : `${words}, ${news === 0 ? 'none' : news} of them new`
}

/** What a dispute rests on. Not known of a day. */
function describeReports({ sources, lastReportedOn }: Listed, { on, reported }: Moments): Html {
  if (on !== null || reported !== null) return null
  const documents = counted(sources.totalCount ?? 0, 'document')
  return html`<p class="m">${lastReportedOn === null ? `From ${documents}.` : `From ${documents}, the newest of ${day(lastReportedOn)}; of anything later this record knows nothing.`}</p>`
}

/** The position of each party on the central claim. */
function describeParties({ parties, cells, later, isNew }: Listed): Html {
  return html`<dl class="pp">${parties.map(({ key, name }) => {
    const held = cells.find(({ holder }) => holder.key === key)
    return html`<dt>${actorLink({ key, name })}</dt><dd>${held === undefined ? (later.has(key) ? capital(REPORTED_LATER) : 'No position on record') : describePosition(held, isNew)}</dd>`
  })}</dl>`
}

function describePosition(cell: Cell, isNew: IsNew): Html {
  const { stance, attribution, date, statement } = cell.current
  const { before } = changesOf(cell)
  const isFresh = cell.history.some((past) => isNew(past.statement.key))
  return html`${isFresh && fresh(isNew.words)}${describeShift(cell)}${stanceChip(stance)} ${dateLink(statement, date)}${attributionNote(attribution)}${
    before.length > 0 &&
    html`<span class="was">Before: ${joined(
      before.map((past) => stanceOf(past.stance)),
      ' → ',
    )}</span>`
  }`
}

function describeDemands({ demands }: Listed, moments: Moments): Html {
  if (demands.length === 0) return isPast(moments) ? 'No demand had been made by then.' : 'No demands are on record.'
  return html`<b>${counted(demands.length, 'demand')}</b>: ${listAnswers(demands)}`
}

function describeMeasures({ inForce, isLeast }: Listed, { on, reported }: Moments): Html {
  const when = on === null && reported === null ? 'when last reported' : 'as last reported by then'
  if (inForce === 0 && isLeast) return `Of the newest measures, none was in force ${when}.`
  return inForce === 0
    ? `No measure was in force ${when}.`
    : html`${isLeast && 'At least '}<b>${counted(inForce, 'measure')}</b> in force ${when}.`
}

function describePages({ pageInfo, totalCount }: Connection): Html {
  const lead = html`${totalCount !== null && counted(totalCount, 'dispute')}${' '}`
  return pageLinks(pageInfo, { size: PAGE_SIZE, page: (cursor) => address('/', cursor), lead })
}

function describeUses(
  publicUrl: string,
  { paging, hidden }: Pick<HomePage, 'paging'> & { readonly hidden: Html },
): Html {
  return html`<section class="three">
      <div>
        <h2 class="sm2">See what is new</h2>
        <form class="look" method="get" action="/search">
          ${hidden}
          <p><label for="f-new">First reported after</label> <input id="f-new" type="date" name="reportedAfter" required /> <button>Find</button></p>
        </form>
      </div>
      <div>
        <h2 class="sm2">Query</h2>
        <ul class="plain">
          <li><a href="${playgroundLink('Disputes', paging)}">What this page lists</a>, in the playground</li>
          <li><a href="/graphql">Playground</a>: worked queries, and a live feed</li>
          <li><a href="/schema.graphql">Schema</a> of <code>${publicUrl}/graphql</code></li>
        </ul>
      </div>
      <div>
        <h2 class="sm2">Follow</h2>
        <ul class="plain">
          <li>In a program: by server-sent events, or by WebSocket (graphql-transport-ws)</li>
          <li>In a feed reader: <a href="/feed.atom">Atom</a> or <a href="/feed.json">JSON Feed</a></li>
        </ul>
      </div>
    </section>
    <p>To follow it in a terminal:</p>
    <pre><code>${subscribeLine(publicUrl)}</code></pre>`
}

/** A command that follows the feed in a terminal. */
export function subscribeLine(url: string): string {
  const query = 'subscription { feed { __typename cursor ... on FeedChange { kind development { headline } } } }'
  const body = JSON.stringify({ query })
  return `curl -N ${url}/graphql -H 'content-type: application/json' -H 'accept: text/event-stream' -d '${body}'`
}
