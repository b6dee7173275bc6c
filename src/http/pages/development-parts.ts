import type {
  Assessment,
  Bearing,
  Citation,
  Cited,
  Coding,
  Demand,
  Disagreement,
  Figure,
  Headline,
  Linked,
  Named,
  Position,
  Quote,
  Revision,
  StatusChange,
} from './development-data.ts'
import { href, html, type Child, type Html } from './html.ts'

/** Quotes in their order, those that follow one another from one source together. */
export function describeQuotes(quotes: readonly Quote[]): readonly Html[] {
  return quotes.map(({ text, language, translated, citation }, index) => {
    const next = quotes[index + 1]?.citation
    const last = next?.source.key !== citation.source.key || next.locator !== citation.locator
    return html`<blockquote>
      <p lang="${language}">${text}</p>
      ${(last || translated === true) && html`<p class="soft">${translated === true && 'Translated. '}${last && sourceLink(citation)}</p>`}
    </blockquote>`
  })
}

/** Who makes what of a claim, how closely that rests on its own words, and who says so. */
export function describePosition({ holder, stance, claim, alternative, attribution, note, citations }: Position): Html {
  const held =
    alternative === null
      ? html`${words(stance).toLowerCase()}: ${quoted(claim.proposition)}`
      : html`instead of ${quoted(claim.proposition)}, puts ${quoted(alternative.proposition)}`
  return html`${holder.name}${alternative === null ? ' ' : ', '}${held}
  ${under(ATTRIBUTIONS.get(attribution) ?? words(attribution), note, citations)}`
}

const ATTRIBUTIONS: ReadonlyMap<string, string> = new Map([
  ['QUOTED', 'Quoted'],
  ['PARAPHRASED', 'Paraphrased'],
  ['CHARACTERISED', 'As the source characterises it'],
  ['INFERRED', 'Inferred: no source says so in words'],
])

export function describeDemand({ text, remedy, madeBy, addressees }: Demand): Html {
  return html`${quoted(text)} <span class="soft">${words(remedy)}${between(madeBy, addressees)}</span>`
}

export function describeAssessment({ demand, response, date, note }: Assessment): Html {
  return html`${words(response)}: ${quoted(demand.text)}
  ${under(`As of ${date.label}${date.note === null ? '' : ` (${date.note})`}`, note, [])}`
}

export function describeBearing({ claim, bearing, by, citation, note }: Bearing): Html {
  const who = by.length > 0 ? `According to ${names(by)}` : 'According to the source itself'
  return html`${words(bearing)}: ${quoted(claim.proposition)} ${under(who, note, [citation])}`
}

export function describeFigure(figure: Figure): Html {
  const { quantity, asWritten, note, citation } = figure
  const amount = amountOf(figure)
  const written = asWritten === null ? amount : amount === null ? quoted(asWritten) : `${amount} (${quoted(asWritten)})`
  return html`${words(quantity)}: ${written} ${under(undefined, note, [citation])}`
}

export function describeDisagreement({ quantity, unit, figures }: Disagreement): Html {
  return html`${words(quantity)}${unit !== null && `, in ${unit}`}:
  ${figures.map((figure, index) => html`${index > 0 && '; '}${amountOf(figure)}, ${sourceLink(figure.citation)}`)}`
}

/** Null where the source gives no number. */
function amountOf({ value, min, max, unit }: Figure): string | null {
  const range =
    value ?? (min === null ? max && `at most ${max}` : max === null ? `at least ${min}` : `${min} to ${max}`)
  if (range === null) return null
  return unit === null ? `${range}` : `${range} ${unit}`
}

/** One step of a measure; the development that tells it, where it is another than the measure `key`. */
export function describeStatus({ status, date, note, development }: StatusChange, key: string): Html {
  return html`${words(status)}:
  ${date.label}${noted(date.note)}${
    development.key !== key && html`, told by ${headlineLink(development)}`
  }${note !== null && html`<br /><span class="soft">${note}</span>`}`
}

export function describeChange({ measure, status, date, note }: StatusChange): Html {
  return html`<a href="/developments/${measure.key}">${measure.headline}</a>: ${words(status).toLowerCase()},
    ${date.label}${noted(date.note)}${note !== null && html`<br /><span class="soft">${note}</span>`}`
}

export function describeCitation({ source, credibility, basis, locator, excerpt, via }: Citation): Html {
  const title = source.url === null ? html`${source.title}` : html`<a href="${href(source.url)}">${source.title}</a>`
  const who = new Set([source.author, source.outlet?.name])
  const facts = [...who, source.publishedOn?.label, locator].filter(Boolean)
  const republished = source.republishedBy && `republished by ${source.republishedBy.name}`
  const grades = [`source ${words(source.reliability)}`, `information ${words(credibility)}`, words(basis)]
  const archived = source.archiveUrl && html` <a href="${href(source.archiveUrl)}">Archived copy</a>.`
  return html`${title}${facts.map((fact) => html`, ${fact}`)}${republished && html`, ${republished}`} <br /><span
      class="soft"
      >${sentence(grades.join('; ').toLowerCase())}${via.length > 0 && ` It came through ${names(via)}.`}${archived}${
        source.note !== null && html` ${source.note}`
      }</span
    >${excerpt !== null && html`<br />${quoted(excerpt)}`}`
}

export function describeLink({ relation, note, development }: Linked): Html {
  return html`${words(relation)}: ${headlineLink(development)}${noted(note)}`
}

export function describeInverse({ relation, note, development }: Linked): Html {
  return html`${headlineLink(development)}: ${words(relation).toLowerCase()} this${noted(note)}`
}

export function describeCoding(coding: Coding): Html {
  const { type, modes, contexts, auxiliaries, initiators, recipients, quadClass, score } = coding
  const manner = [...modes, ...auxiliaries].map((value) => words(value).toLowerCase())
  return html`${words(type)}${manner.length > 0 && ` (${manner.join(', ')})`}${between(initiators, recipients)}
    <span class="soft"
      >${words(quadClass)}, score
      ${score}${contexts.length > 0 && `; ${contexts.map((context) => words(context).toLowerCase()).join(', ')}`}</span
    >`
}

export function describeRevision({ number, kind, note, recordedAt, recordedBy }: Revision): Html {
  const by = recordedBy !== null && ` by ${recordedBy}`
  return html`${recordedAt.slice(0, 10)}: ${words(kind)}${by} (revision ${number})${note !== null && html`: ${note}`}`
}

/** The small print under a fact: what kind of fact it is, its note, and the sources that show it. */
function under(first: string | undefined, note: string | null, citations: readonly Cited[]): Html {
  const said: Child[] = [first, note].flatMap((text) => (text ? [html`${sentence(text)} `] : []))
  const sources = citations.map((citation, index) => html`${index > 0 && '; '}${sourceLink(citation)}`)
  return html`<br /><span class="soft">${said}${sources}</span>`
}

/** A source by its title, which leads to where the page lists it. */
function sourceLink({ source, locator }: Cited): Html {
  return html`<a href="#source-${source.key}">${source.title}</a>${locator !== null && `, ${locator}`}`
}

function headlineLink({ key, headline, date }: Headline): Html {
  return html`<a href="/developments/${key}">${headline}</a> <span class="soft">${date.label}</span>`
}

function between(from: readonly Named[], to: readonly Named[]): string {
  const towards = to.length > 0 ? ` to ${names(to)}` : ''
  return from.length > 0 || to.length > 0 ? `: ${names(from)}${towards}` : ''
}

export function names(actors: readonly Named[]): string {
  return actors.map(({ name }) => name).join(', ')
}

/** A note in brackets, where there is one. */
export function noted(note: string | null): Html | false {
  return note !== null && html` (${note})`
}

/** A value of a vocabulary as people write it. */
export function words(value: string): string {
  const spaced = value.toLowerCase().replaceAll('_', ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

function quoted(text: string): string {
  return `“${text}”`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
}
