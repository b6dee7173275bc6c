import { writeParameters } from '../../graphql/query-parameters.ts'
import { capital, counted, lower } from '../parts/chips.ts'
import { html, type Html } from '../parts/html.ts'
import { actorLinks, developmentLink } from '../parts/links.ts'
import type { Coding } from './tension-panels.ts'
import { scoreWords, verbsOf } from './verbs.ts'

/* The same codings as a table, closed at first: one row a coding, or, where they are many, one row a direction and score. */

/** Codings that have a row each, and rows of codings by direction and score. */
const MOST_ROWS = 100
const MOST_GROUPS = 40

export function describeTable(dispute: string, codings: readonly Coding[]): Html {
  const isLong = codings.length > MOST_ROWS
  return html`<details class="more"><summary>The same as a table (${codings.length})</summary><div class="scroll" tabindex="0" role="region" aria-label="Table of codings">${
    isLong ? groupTable(dispute, codings) : codingTable(codings)
  }</div></details>`
}

function codingTable(codings: readonly Coding[]): Html {
  return html`<table class="tt" role="table">
    <caption class="vh">Every coding with its score, direction and date</caption>
    ${columnHeads('When', 'From', 'To', 'What', 'Score', 'Development')}
    <tbody role="rowgroup">${codings.map(
      (coding) =>
        html`<tr role="row">${cell(coding.date.shortLabel)}${cell(names(coding.initiators))}${cell(names(coding.recipients), 'to')}${cell(typeWords(coding))}${cell(scoreWords(coding.score), 'num')}${cell(developmentLink(coding.development), 'dv')}</tr>`,
    )}</tbody>
  </table>`
}

function groupTable(dispute: string, codings: readonly Coding[]): Html {
  const groups = Map.groupBy(codings, ({ initiators, recipients, score }) =>
    [keys(initiators), keys(recipients), score].join(' '),
  )
  const sorted = [...groups.values()].toSorted((a, b) => b.length - a.length)
  const rest = sorted.slice(MOST_GROUPS)
  return html`<table class="tt" role="table">
    <caption class="vh">Codings by direction and score, the most frequent first</caption>
    ${columnHeads('From', 'To', 'What', 'Score', 'First', 'Last', 'Number')}
    <tbody role="rowgroup">${sorted.slice(0, MOST_GROUPS).map((group) => groupRow(dispute, group))}</tbody>
  </table>${rest.length > 0 && html`<p class="m">${counted(rest.flat().length, 'further coding')} of other directions and scores: see <a href="${timelineOf(dispute, { ploverTypes: typesOf(rest.flat()) })}">what is coded so in the timeline</a>.</p>`}`
}

function groupRow(dispute: string, group: readonly Coding[]): Html {
  const [first] = group
  if (first === undefined) return null
  const { initiators, recipients, score, date } = first
  const verbs = [...new Set(group.flatMap(({ type, modes }) => verbsOf(type, modes)))]
  const where = timelineOf(dispute, {
    initiators: initiators.map(({ key }) => key),
    recipients: recipients.map(({ key }) => key),
    ploverTypes: typesOf(group),
  })
  return html`<tr role="row">${cell(names(initiators))}${cell(names(recipients), 'to')}${cell(verbs.join(', '))}${cell(scoreWords(score), 'num')}${cell(date.shortLabel)}${cell(group.at(-1)?.date.shortLabel, 'till')}${cell(html`<a href="${where}">${group.length}</a>`, 'num')}</tr>`
}

/** The timeline of a dispute under conditions of its filter. */
function timelineOf(dispute: string, filter: object): string {
  return `/disputes/${dispute}?${new URLSearchParams(writeParameters(filter))}#timeline`
}

function typesOf(codings: readonly Coding[]): readonly string[] {
  return [...new Set(codings.map(({ type }) => type))]
}

function columnHeads(...heads: readonly string[]): Html {
  return html`<thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>`
}

function cell(content: Html, className?: string): Html {
  return html`<td role="cell" class="${className}">${content}</td>`
}

function keys(actors: Coding['initiators']): string {
  return actors.map(({ key }) => key).join(',')
}

function names(actors: Coding['initiators']): Html {
  return actors.length === 0 ? 'nobody' : actorLinks(actors)
}

/** The type with its modes: `Accuse (allege)`. */
function typeWords({ type, modes }: Coding): string {
  return capital(modes.length === 0 ? lower(type) : `${lower(type)} (${modes.map(lower).join(', ')})`)
}
