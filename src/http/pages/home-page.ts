import type { Answers } from '../response-cache.ts'
import { PAGE, type Exchange } from '../request-context.ts'
import type { Gate } from '../graphql/executor.ts'
import { html, type Html } from './html.ts'
import { layout } from './layout.ts'
import { subscribeLine } from './subscribe-line.ts'

const QUERY = /* GraphQL */ `
  query Home {
    service {
      version
      developments
    }
    disputes(first: 100) {
      nodes {
        key
        title
        summary
        period {
          label
        }
        parties {
          name
        }
        changedAt
        events: developments(filter: { kinds: [EVENT] }) {
          totalCount
        }
        statements: developments(filter: { kinds: [STATEMENT] }) {
          totalCount
        }
        measures: developments(filter: { kinds: [MEASURE] }) {
          totalCount
        }
        latest: developments(orderBy: RECENTLY_RECORDED, first: 5) {
          nodes {
            key
            headline
            date {
              label
            }
          }
        }
      }
    }
  }
`

interface Home {
  readonly service: { readonly version: string; readonly developments: number }
  readonly disputes: { readonly nodes: readonly Dispute[] }
}

interface Dispute {
  readonly key: string
  readonly title: string
  readonly summary: string
  readonly period: { readonly label: string }
  readonly parties: readonly { readonly name: string }[]
  readonly changedAt: string
  readonly events: Counted
  readonly statements: Counted
  readonly measures: Counted
  readonly latest: { readonly nodes: readonly Headline[] }
}

interface Counted {
  readonly totalCount: number
}

interface Headline {
  readonly key: string
  readonly headline: string
  readonly date: { readonly label: string }
}

export interface HomeSite {
  readonly answers: Answers
  readonly gate: Gate
  /** Without a slash at its end. */
  readonly publicUrl: string
}

/** What is recorded here, and where to ask. */
export function answerHome({ answers, gate, publicUrl }: HomeSite, exchange: Exchange): Promise<void> {
  const question = { ...PAGE, words: exchange.target }
  return answers.answer(exchange, question, async () => describeHome(await gate.ask<Home>(QUERY), publicUrl).text)
}

function describeHome({ service, disputes }: Home, publicUrl: string): Html {
  return layout(
    'Demarche',
    html`<h1>A sourced chronology of diplomatic disputes</h1>
      <p>${recorded(service.developments)}</p>
      <h2>Disputes</h2>
      ${disputes.nodes.length === 0 && html`<p>None yet. <code>demarche import FILE</code> brings one.</p>`}
      ${disputes.nodes.map(describeDispute)}
      <h2>Ask and follow</h2>
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

function recorded(developments: number): string {
  return developments === 1
    ? '1 development is recorded here, with its sources.'
    : `${developments} developments are recorded here, each with its sources.`
}

function describeDispute(dispute: Dispute): Html {
  const { key, title, parties, period, summary, events, statements, measures, latest, changedAt } = dispute
  return html`<section>
    <h3>${title}</h3>
    <p class="soft">${parties.map(({ name }) => name).join(', ')}; ${period.label}; key <code>${key}</code></p>
    <p>${summary}</p>
    <p>
      ${counted(events, 'event')}, ${counted(statements, 'statement')}, ${counted(measures, 'measure')}; last changed
      ${changedAt.slice(0, 10)}.
    </p>
    <p>Latest entries:</p>
    <ul>
      ${latest.nodes.map(describeHeadline)}
    </ul>
    <p class="soft"><a href="/graphql#dispute=${key}">All entries in the playground</a></p>
  </section>`
}

function describeHeadline({ key, headline, date }: Headline): Html {
  return html`<li><a href="/developments/${key}">${headline}</a> <span class="soft">${date.label}</span></li>`
}

function counted({ totalCount }: Counted, noun: string): string {
  return `${totalCount} ${noun}${totalCount === 1 ? '' : 's'}`
}
