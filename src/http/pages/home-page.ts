import type { ResponseCache } from '../response-cache.ts'
import { PAGE, sendCached, type RequestContext } from '../request-context.ts'
import type { Executor } from '../graphql/executor.ts'
import type { HomeData } from '../../../schema/page-data.d.ts'
import { readText } from './assets.ts'
import { headlineLink, names } from './development-parts.ts'
import { day, html, layout, playgroundLink, type Html } from './html.ts'

const QUERY = readText('home.graphql')

type Dispute = NonNullable<HomeData['disputes']>['nodes'][number]

export interface HomeSite {
  readonly responseCache: ResponseCache
  readonly executor: Executor
  /** Without a trailing slash. */
  readonly publicUrl: string
}

/** The home page: the disputes on record, and how to query and follow them. */
export async function serveHome(
  { responseCache, executor, publicUrl }: HomeSite,
  context: RequestContext,
): Promise<Response> {
  const page = describeHome(await executor.ask<HomeData>(QUERY), publicUrl)
  return sendCached(context, responseCache, { ...PAGE, body: page.text })
}

function describeHome({ service, disputes }: HomeData, publicUrl: string): Html {
  const listed = disputes?.nodes ?? []
  return layout(
    'Demarche',
    html`<h1>A sourced chronology of diplomatic disputes</h1>
      <p>${countRecorded(service.developments)}</p>
      <h2>Disputes</h2>
      ${listed.length === 0 && html`<p>None yet. Import one with <code>demarche import FILE</code>.</p>`}
      ${listed.map(describeDispute)}
      <h2>Query and follow</h2>
      <ul>
        <li><a href="/graphql">Playground</a>: worked queries to run and change, and a live subscription.</li>
        <li>
          <code>${publicUrl}/graphql</code>: the API, with the feed over server-sent events and WebSocket
          (graphql-transport-ws).
        </li>
        <li><a href="/schema.graphql">Schema</a>, in the schema definition language.</li>
      </ul>
      <p>Follow the feed in a terminal:</p>
      <pre><code>${subscribeLine(publicUrl)}</code></pre>
      <p class="soft">Demarche ${service.version}</p>`,
  )
}

function countRecorded(developments: number): string {
  return developments === 1
    ? '1 development is recorded here, with its sources.'
    : `${developments} developments are recorded here, each with its sources.`
}

function describeDispute(dispute: Dispute): Html {
  const { key, title, parties, period, summary, events, statements, measures, latest, changedAt } = dispute
  return html`<section>
    <h3 dir="auto">${title}</h3>
    <p class="soft">${names(parties)}; ${period.label}; key <code>${key}</code></p>
    <p dir="auto">${summary}</p>
    <p>
      ${counted(events, 'event')}, ${counted(statements, 'statement')}, ${counted(measures, 'measure')}; last changed
      ${day(changedAt)}.
    </p>
    <p>Last recorded:</p>
    <ul>
      ${latest.nodes.map((entry) => html`<li>${headlineLink(entry)}</li>`)}
    </ul>
    <p class="soft">
      <a href="${playgroundLink('AllDevelopments', { dispute: key })}">All developments in the playground</a>
    </p>
  </section>`
}

function counted({ totalCount }: Dispute['events'], noun: string): string {
  return `${totalCount} ${noun}${totalCount === 1 ? '' : 's'}`
}

/** A command that follows the feed in a terminal. */
export function subscribeLine(url: string): string {
  const query = 'subscription { feed { __typename cursor ... on FeedChange { kind development { headline } } } }'
  const body = JSON.stringify({ query })
  return `curl -N ${url}/graphql -H 'content-type: application/json' -H 'accept: text/event-stream' -d '${body}'`
}
