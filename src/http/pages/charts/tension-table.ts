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
  return html`<table class="tt">
    <caption class="vh">Every coding with its score, direction and date</caption>
    <thead><tr>${['When', 'From', 'To', 'What', 'Score', 'Development'].map(columnHead)}</tr></thead>
    <tbody>${codings.map(
      (coding) =>
        html`<tr><td>${coding.date.shortLabel}</td><td>${names(coding.initiators)}</td><td>${names(coding.recipients)}</td><td>${typeWords(coding)}</td><td class="num">${scoreWords(coding.score)}</td><td>${developmentLink(coding.development)}</td></tr>`,
    )}</tbody>
  </table>`
}

function groupTable(dispute: string, codings: readonly Coding[]): Html {
  const groups = Map.groupBy(codings, ({ initiators, recipients, score }) =>
    [keys(initiators), keys(recipients), score].join(' '),
  )
  const sorted = [...groups.values()].toSorted((a, b) => b.length - a.length)
  const rest = sorted.slice(MOST_GROUPS)
  return html`<table class="tt">
    <caption class="vh">Codings by direction and score, the most frequent first</caption>
    <thead><tr>${['From', 'To', 'What', 'Score', 'First', 'Last', 'Number'].map(columnHead)}</tr></thead>
    <tbody>${sorted.slice(0, MOST_GROUPS).map((group) => groupRow(dispute, group))}</tbody>
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
  return html`<tr><td>${names(initiators)}</td><td>${names(recipients)}</td><td>${verbs.join(', ')}</td><td class="num">${scoreWords(score)}</td><td>${date.shortLabel}</td><td>${group.at(-1)?.date.shortLabel}</td><td class="num"><a href="${where}">${group.length}</a></td></tr>`
}

/** The timeline of a dispute under conditions of its filter. */
function timelineOf(dispute: string, filter: object): string {
  return `/disputes/${dispute}?${new URLSearchParams(writeParameters(filter))}#timeline`
}

function typesOf(codings: readonly Coding[]): readonly string[] {
  return [...new Set(codings.map(({ type }) => type))]
}

function columnHead(name: string): Html {
  return html`<th scope="col">${name}</th>`
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
