import type { DisputesData } from '../../../schema/page-data.d.ts'
import { COMMAND } from '../../config.ts'
import { axisSymbols, periodStrip, timeAxis } from './charts/time-axis.ts'
import { timeScale, type TimeScale } from './charts/time-scale.ts'
import { nameParties } from './dispute/board.ts'
import { listAnswers } from './dispute/demands.ts'
import { page, readQuery } from './page.ts'
import { attributionNote, changeNote, counted, groupOf, kindClass, stanceChip, stanceOf } from './parts/chips.ts'
import { day } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { address, dateLink, datedLink, playgroundLink } from './parts/links.ts'
import { pageLinks, pagingOf } from './parts/paging.ts'

const QUERY = readQuery('home')

/** Disputes on one page. */
const PAGE_SIZE = 8

type Connection = NonNullable<DisputesData['disputes']>
type Dispute = Connection['nodes'][number]
type Position = NonNullable<NonNullable<Dispute['centralClaim']>['currentPositions']>[number]

/** The home page: where each dispute stands, and how to query and follow the record. */
export const homePage = page<DisputesData>({
  path: '/',
  read: ({ parameters, ask }) => ask<DisputesData>(QUERY, pagingFrom(parameters)),
  render: ({ disputes }, { parameters, publicUrl }) => {
    const listed = disputes?.nodes ?? []
    const scale = scaleOf(listed)
    return {
      title: 'Demarche',
      description: 'Sourced chronologies of diplomatic disputes: positions, demands, measures, evidence.',
      path: '/',
      className: 'index',
      crumbs: [{ name: 'Disputes' }],
      ...(!parameters.has('after') && !parameters.has('before') && { follows: {} }),
      symbols: axisSymbols(scale),
      main: html`<h1>A sourced chronology of diplomatic disputes</h1>
        <p class="stand wide">Who did what, who said what and who holds what, each with its source, and with dates no more exact than the source gives. What the sources report differently stands side by side.</p>
        ${SEARCH}
        ${listed.length === 0 && html`<p>None yet. Import one with <code>${COMMAND} import FILE</code>.</p>`}
        ${listed.length > 0 && html`<div class="axh"><span></span>${timeAxis(scale)}</div>`}
        ${listed.map((dispute) => describeDispute(dispute, scale))}
        ${disputes && describePages(disputes)}
        ${describeUses(publicUrl, parameters)}`,
    }
  },
})

function pagingFrom(parameters: URLSearchParams) {
  return pagingOf({ after: parameters.get('after'), before: parameters.get('before') }, PAGE_SIZE)
}

const SEARCH = html`<form class="filter" method="get" action="/search" role="search" aria-label="Search the record">
  <p class="fd"><label for="f-q">Search all disputes</label> <input id="f-q" type="search" name="q" required /></p>
  <button>Find</button>
</form>`

/** One axis for all disputes of the page, from the first beginning to the last report. */
function scaleOf(disputes: readonly Dispute[]): TimeScale {
  const days = disputes.flatMap(({ lastReportedOn, period }) => [lastReportedOn, period.latest])
  const last =
    days
      .filter((one) => one !== null)
      .toSorted()
      .at(-1) ?? null
  return timeScale({ period: null, lastReportedOn: last, dates: disputes.map(({ period }) => period) })
}

function describeDispute(dispute: Dispute, scale: TimeScale): Html {
  const { key, title, summary, parties, period, centralClaim: claim, developments, sources, lastReportedOn } = dispute
  const total = developments.totalCount ?? 0
  const documents = counted(sources.totalCount ?? 0, 'document')
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
            ? html`<p class="stand" dir="auto">${summary}</p>`
            : html`<p class="lab">Central claim</p><p class="stand"><q><a href="/claims/${claim.key}" dir="auto">${claim.proposition}</a></q></p>${describeParties(dispute)}`
        }
        <p class="tal">${describeDemands(dispute)}<span class="br">${describeMeasures(dispute)}</span></p>
      </div>
      <div>
        <p class="lab">${total > developments.nodes.length ? `Latest of ${total} developments` : counted(total, 'development')}</p>
        <ul class="tl flat">${developments.nodes.map((entry) => html`<li class="${kindClass(entry.kind)}">${datedLink(entry)}</li>`)}</ul>
        <p class="m">${lastReportedOn === null ? `From ${documents}.` : `From ${documents}, the newest of ${day(lastReportedOn)}; of anything later this record knows nothing.`}</p>
      </div>
    </div>
  </article>`
}

/** The position of each party on the central claim. */
function describeParties({ parties, centralClaim }: Dispute): Html {
  const positions = centralClaim?.currentPositions ?? []
  return html`<dl class="pp">${parties.map(({ key, name }) => {
    const held = positions.find(({ holder }) => holder.key === key)
    return html`<dt>${recorded(name)}</dt><dd>${held === undefined ? 'No position on record' : describePosition(held)}</dd>`
  })}</dl>`
}

function describePosition({ stance, attribution, date, statement, previous }: Position): Html {
  const chain = previous === null ? [] : [previous.previous?.stance, previous.stance]
  const before = chain.filter((one) => one !== undefined).filter((one, index, all) => one !== all[index + 1])
  const isChanged = before.some((one) => groupOf(one) !== groupOf(stance))
  const words = before.map((one) => stanceOf(one))
  return html`${isChanged && changeNote()}${stanceChip(stance)} ${dateLink(statement, date)}${attributionNote(attribution)}${isChanged && html`<span class="was">Before: ${joined(words, ' → ')}</span>`}`
}

function describeDemands({ demands }: Dispute): Html {
  if (demands.length === 0) return 'No demands are on record.'
  return html`<b>${counted(demands.length, 'demand')}</b>: ${listAnswers(demands)}`
}

function describeMeasures({ measuresInForceCount: count }: Dispute): Html {
  return count === null || count === 0
    ? 'No measure was in force when last reported.'
    : html`<b>${counted(count, 'measure')}</b> in force when last reported.`
}

function describePages({ pageInfo, totalCount }: Connection): Html {
  const lead = html`${totalCount !== null && counted(totalCount, 'dispute')}${' '}`
  return pageLinks(pageInfo, { size: PAGE_SIZE, page: (cursor) => address('/', cursor), lead })
}

function describeUses(publicUrl: string, parameters: URLSearchParams): Html {
  return html`<section class="three">
      <div>
        <h2 class="sm2">See what is new</h2>
        <form class="look" method="get" action="/search">
          <p><label for="f-new">First reported after</label> <input id="f-new" type="date" name="reportedAfter" required /> <button>Find</button></p>
        </form>
      </div>
      <div>
        <h2 class="sm2">Query</h2>
        <ul class="plain">
          <li><a href="${playgroundLink('Disputes', pagingFrom(parameters))}">What this page asks</a>, in the playground</li>
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
