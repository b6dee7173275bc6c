import type { HomeData } from '../../../schema/page-data.d.ts'
import { headlineLink, names } from './development-parts.ts'
import { page, readQuery } from './page.ts'
import { counted } from './parts/chips.ts'
import { day } from './parts/dates.ts'
import { html, type Html } from './parts/html.ts'
import { playgroundLink } from './parts/links.ts'

const QUERY = readQuery('home')

type Dispute = NonNullable<HomeData['disputes']>['nodes'][number]

/** The home page: the disputes on record, and how to query and follow them. */
export const homePage = page<HomeData>({
  path: '/',
  read: ({ ask }) => ask<HomeData>(QUERY),
  render: (data, { publicUrl }) => ({
    title: 'Demarche',
    path: '/',
    className: 'index',
    crumbs: [{ name: 'Disputes' }],
    follows: {},
    main: describeHome(data, publicUrl),
  }),
})

function describeHome({ service, disputes }: HomeData, publicUrl: string): Html {
  const listed = disputes?.nodes ?? []
  return html`<h1>A sourced chronology of diplomatic disputes</h1>
    <p>${countRecorded(service.developments)}</p>
    <h2>Disputes</h2>
    ${listed.length === 0 && html`<p>None yet. Import one with <code>demarche import FILE</code>.</p>`}
    ${listed.map(describeDispute)}
    <h2>Query and follow</h2>
    <ul class="plain">
      <li><a href="/graphql">Playground</a>: worked queries to run and change, and a live subscription.</li>
      <li><code>${publicUrl}/graphql</code>: the API, with the feed over server-sent events and WebSocket (graphql-transport-ws).</li>
      <li><a href="/schema.graphql">Schema</a>, in the schema definition language.</li>
    </ul>
    <p>Follow the feed in a terminal:</p>
    <pre><code>${subscribeLine(publicUrl)}</code></pre>`
}

function countRecorded(developments: number): string {
  return developments === 1
    ? '1 development is recorded here, with its sources.'
    : `${developments} developments are recorded here, each with its sources.`
}

function describeDispute(dispute: Dispute): Html {
  const { key, title, parties, period, summary, events, statements, measures, latest, changedAt } = dispute
  const count = ({ totalCount }: Dispute['events'], noun: string) => counted(totalCount ?? 0, noun)
  return html`<section class="disp">
    <h3 dir="auto"><a href="/disputes/${key}">${title}</a></h3>
    <p class="m">${names(parties)}; ${period.label}; key <code>${key}</code></p>
    <p dir="auto">${summary}</p>
    <p>
      ${count(events, 'event')}, ${count(statements, 'statement')}, ${count(measures, 'measure')}; last changed${' '}
      ${day(changedAt)}.
    </p>
    <p>Last recorded:</p>
    <ul class="plain">${latest.nodes.map((entry) => html`<li>${headlineLink(entry)}</li>`)}</ul>
    <p class="m"><a href="${playgroundLink('AllDevelopments', { dispute: key })}">All developments in the playground</a></p>
  </section>`
}

/** A command that follows the feed in a terminal. */
export function subscribeLine(url: string): string {
  const query = 'subscription { feed { __typename cursor ... on FeedChange { kind development { headline } } } }'
  const body = JSON.stringify({ query })
  return `curl -N ${url}/graphql -H 'content-type: application/json' -H 'accept: text/event-stream' -d '${body}'`
}
