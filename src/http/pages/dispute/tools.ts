import type { ExportName } from '../../../dossier/export/export.ts'
import { writeParameters } from '../../graphql/query-parameters.ts'
import { enumerate } from '../parts/chips.ts'
import { day } from '../parts/dates.ts'
import { html, type Html } from '../parts/html.ts'
import { given, playgroundLink } from '../parts/links.ts'
import type { Moments } from '../parts/moments.ts'
import type { DisputePage, SectionName, SectionVariables } from './reading.ts'

/**
 * What a link gives beyond what the page of a day shows, because it has no parameter for the day: `may` where only what has surely not begun is
 * left out.
 */
type Beyond = 'on' | 'may' | 'reported'

interface Links {
  readonly query: string
  readonly variables: keyof SectionVariables
  readonly beyond?: readonly Beyond[]
  readonly table?: { readonly name: ExportName; readonly beyond?: readonly Beyond[] }
}

const LINKS = {
  story: { query: 'DisputeStory', variables: 'whole', beyond: ['on', 'reported'] },
  positions: {
    query: 'DisputePositions',
    variables: 'day',
    beyond: ['reported'],
    table: { name: 'positions.csv', beyond: ['reported'] },
  },
  demands: {
    query: 'Dispute',
    variables: 'head',
    beyond: ['reported'],
    table: { name: 'demands.csv', beyond: ['on', 'reported'] },
  },
  measures: {
    query: 'DisputeMeasures',
    variables: 'measures',
    beyond: ['on', 'reported'],
    table: { name: 'measures.csv', beyond: ['on', 'reported'] },
  },
  tension: { query: 'DisputeTension', variables: 'day', beyond: ['may', 'reported'] },
  timeline: { query: 'DisputeTimeline', variables: 'timeline', table: { name: 'developments.csv' } },
  evidence: { query: 'DisputeEvidence', variables: 'day', beyond: ['reported'] },
  sources: { query: 'DisputeSources', variables: 'whole', beyond: ['reported'] },
} as const satisfies Readonly<Record<SectionName, Links>>

/** The links to what a section shows, as a file and as a query, and what these give beyond it. */
export function sectionTools(section: SectionName, { dispute, moments, variables }: DisputePage): Html {
  const { query, variables: names, beyond, table }: Links = LINKS[section]
  const note = describeBeyond(table?.beyond, moments)
  const parameters = table && parametersOf(table.name, { key: dispute.key, moments, variables })
  return html`<p class="tools">${
    table &&
    parameters &&
    html`<a href="/export/${table.name}?${new URLSearchParams(writeParameters(parameters)).toString()}">CSV</a>${note}${note ? ' · ' : ' '}`
  }<a href="${playgroundLink(query, given(variables[names]))}">Query</a>${describeBeyond(beyond, moments)}</p>`
}

/** The parameters of an export. Undefined if it has none for what the page shows. */
function parametersOf(
  name: ExportName,
  { key, moments, variables }: Pick<DisputePage, 'moments' | 'variables'> & { readonly key: string },
): object | undefined {
  const { on, reported, known } = moments
  const disputes = [key]
  if (name === 'demands.csv') return { disputes, known }
  // A status may say that a measure had begun, even if its own date does not.
  if (name === 'measures.csv') return { disputes, reportedBy: reported, known }
  if (name === 'positions.csv') return { claimsOf: key, reportedBy: reported, begunBy: on, known }
  const { filter, order } = variables.timeline
  // The disputes of an export are alternatives; here, each development is of this one and of another.
  if ('disputes' in filter) return undefined
  return { disputes, ...filter, ...(isRanked(order) ? {} : { order }), known }
}

/** No export has these orders. */
function isRanked(order: string): boolean {
  return order === 'RELEVANCE' || order === 'RECENTLY_CHANGED'
}

/** Words for what a link gives beyond the page. Null if nothing. */
export function describeBeyond(beyond: readonly Beyond[] = [], { on, reported }: Moments): Html {
  const parts = beyond.map((each) => {
    if (each === 'reported') return reported !== null && `what was reported after ${day(reported)}`
    if (on === null) return false
    return each === 'on' ? `what came after ${day(on)}` : `what may have begun only after ${day(on)}`
  })
  const words = parts.filter((part) => part !== false)
  return words.length > 0 && html` (also ${enumerate(words)})`
}
