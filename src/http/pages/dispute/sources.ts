import type { DisputeBasisData, DisputeSourcesData } from '../../../../schema/page-data.d.ts'
import { letterByReliability, Reliability } from '../../../model/vocabulary/source.ts'
import { isPublishedBy, type Citing } from '../charts/as-of.ts'
import { fresh, lower, onRecord } from '../parts/chips.ts'
import { dated } from '../parts/dates.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { actorLink, sourceLink } from '../parts/links.ts'
import { sourceName } from './timeline.ts'

export type SourceList = NonNullable<DisputeSourcesData['dispute']>['sources']
type Source = SourceList['nodes'][number]
export type Supported = NonNullable<DisputeBasisData['dispute']>['developments']['nodes'][number]

/** What the developments of a dispute rest on. */
export interface Basis {
  readonly developments: number
  /** How many rest on one document, and how many are dated to the day. */
  readonly single: number
  readonly dated: number
  /** By the key of a source: how many developments cite it, and how many cite it alone. */
  readonly bySource: ReadonlyMap<string, { readonly cited: number; readonly alone: number }>
}

/** What developments rest on; with a day, only the documents that were published by then count. */
export function basisOf(all: readonly Supported[], reported: string | null): Basis {
  const developments = all.map(({ date, citations }) => ({
    date,
    citations: citations.filter(({ source }) => isPublishedBy(source.publishedOn, reported)),
  }))
  const bySource = new Map<string, { cited: number; alone: number }>()
  for (const { citations } of developments) {
    for (const { source } of citations) {
      const counts = bySource.get(source.key) ?? { cited: 0, alone: 0 }
      counts.cited++
      if (citations.length === 1) counts.alone++
      bySource.set(source.key, counts)
    }
  }
  return {
    developments: developments.length,
    single: developments.filter(({ citations }) => citations.length === 1).length,
    dated: developments.filter(({ date }) => isDay(date)).length,
    bySource,
  }
}

/** What cites documents, with those that had appeared by a day. */
export function entryAt<Listed extends { readonly citations: readonly Citing[] }>(
  entry: Listed,
  day: string | null,
): Listed {
  if (day === null) return entry
  return { ...entry, citations: entry.citations.filter(({ source }) => isPublishedBy(source.publishedOn, day)) }
}

function isDay({ precision, approximate, uncertain }: Supported['date']): boolean {
  return (precision === 'DAY' || precision === 'INSTANT') && !approximate && !uncertain
}

/** The documents of a dispute. Without a basis, they are not counted. */
export function describeSources(
  sources: SourceList,
  {
    basis,
    isPast,
    all,
    tools,
  }: { readonly basis: Basis | null; readonly isPast: boolean; readonly all: string; readonly tools: Html },
): Html {
  const total = sources.totalCount ?? sources.nodes.length
  const nodes = total > MOST ? sources.nodes.slice(0, OPEN) : sources.nodes
  return html`<section id="sources">
    <h2>What this rests on</h2>
    ${nodes.length === 0 ? html`<p class="find">No documents are ${onRecord(isPast)}.</p>` : sourceTable(nodes, basis)}
    ${total > nodes.length && html`<p>The latest ${nodes.length} of ${total}. <a href="${all}">All of them</a></p>`}
    ${tools}
  </section>`
}

/** Documents that are all listed. Of more, the latest are. */
const MOST = 60
const OPEN = 20

/** `newsOf` says what is new of a source, by its key. */
export function sourceTable(
  sources: SourceList['nodes'],
  basis: Basis | null,
  newsOf: (key: string) => string | false = () => false,
): Html {
  return html`<table class="src" role="table">
      <caption class="vh">Documents this record rests on</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Document</th>
        <th scope="col" role="columnheader">Published</th>
        <th scope="col" role="columnheader">Grade</th>
        ${basis && html`<th scope="col" role="columnheader" class="num">Cited for</th><th scope="col" role="columnheader" class="num">Alone for</th>`}
      </tr></thead>
      <tbody role="rowgroup">${sources.map((source) => describeSource(source, { basis, news: newsOf(source.key) }))}</tbody>
    </table>`
}

function describeSource(
  source: Source,
  { basis, news }: { readonly basis: Basis | null; readonly news: string | false },
): Html {
  const { key, title, publishedOn, reliability } = source
  const { cited, alone } = basis?.bySource.get(key) ?? { cited: 0, alone: 0 }
  return html`<tr role="row">
    <th scope="row" role="rowheader">${news && fresh(news)}${sourceLink({ key, name: title })}<span class="m">${source.outlet ? actorLink(source.outlet) : recorded(sourceName(source))}</span></th>
    <td role="cell" data-l="Published">${publishedOn === null ? 'not known' : dated(publishedOn)}</td>
    <td role="cell" data-l="Grade"><b>${letterOf(reliability)}</b> ${lower(reliability)}</td>
    ${basis && html`<td role="cell" data-l="Cited for" class="num">${cited}</td><td role="cell" data-l="Alone for" class="num">${alone}</td>`}
  </tr>`
}

/** The letter of the Admiralty code. */
export function letterOf(reliability: string): string {
  return Reliability.has(reliability) ? letterByReliability[reliability] : ''
}
