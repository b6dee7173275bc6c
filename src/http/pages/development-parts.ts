import type { EverythingAboutOneData } from '../../../schema/page-data.d.ts'
import { lower, phrase } from './parts/chips.ts'
import { day } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { link } from './parts/links.ts'

export type Development = NonNullable<EverythingAboutOneData['development']>

/** An item of one of the lists of a development. */
type Item<Field extends keyof Development> =
  NonNullable<Development[Field]> extends readonly (infer Each)[] ? Each : never
type Cited = Item<'bearings'>['citation']
type Figure = Item<'figures'>
type Link = Item<'links'>

/** Quotes in order. Consecutive quotes from one place of a source name the source once, after the last. */
export function describeQuotes(quotes: readonly Item<'quotes'>[]): readonly Html[] {
  return quotes.map(({ text, language, translated, citation }, index) => {
    const next = quotes[index + 1]?.citation
    const last = next?.source.key !== citation.source.key || next.locator !== citation.locator
    return html`<blockquote>
      <p lang="${language}" dir="auto">${text}</p>
      ${(last || translated) && html`<p class="m">${translated && 'Translated. '}${last && sourceLink(citation)}</p>`}
    </blockquote>`
  })
}

/** Who takes which stance on a claim, how closely the source supports that, and the source. */
export function describePosition(position: Item<'positions'>): Html {
  const { holder, stance, claim, alternative, attribution, note, citations } = position
  const held = alternative
    ? html`, instead of ${quoted(claim.proposition)}, puts ${quoted(alternative.proposition)}`
    : html` ${lower(stance)}: ${quoted(claim.proposition)}`
  return html`${recorded(holder.name)}${held} ${smallPrint(ATTRIBUTIONS.get(attribution) ?? phrase(attribution), note, citations)}`
}

const ATTRIBUTIONS: ReadonlyMap<string, string> = new Map([
  ['QUOTED', 'Quoted'],
  ['PARAPHRASED', 'Paraphrased'],
  ['CHARACTERISED', 'As the source characterises it'],
  ['INFERRED', 'Inferred: no source says so in words'],
])

export function describeDemand({ text, remedy, madeBy, addressees }: Item<'demands'>): Html {
  return html`${quoted(text)} <span class="d">${phrase(remedy)}${fromTo(madeBy, addressees)}</span>`
}

export function describeAssessment({ demand, response, date, note }: Item<'assessments'>): Html {
  const asOf = html`As of ${date.label}${noted(date.note)}.`
  return html`${phrase(response)}: ${quoted(demand.text)} ${smallPrint(asOf, note)}`
}

export function describeBearing({ claim, bearing, by, citation, note }: Item<'bearings'>): Html {
  const who = html`According to ${by.length > 0 ? names(by) : 'the source itself'}.`
  return html`${phrase(bearing)}: ${quoted(claim.proposition)} ${smallPrint(who, note, [citation])}`
}

export function describeFigure(figure: Figure): Html {
  const amount = amountOf(figure)
  const written = figure.asWritten && (amount ? html` (${quoted(figure.asWritten)})` : quoted(figure.asWritten))
  return html`${phrase(figure.quantity)}: ${amount}${written} ${smallPrint(null, figure.note, [figure.citation])}`
}

export function describeDisagreement({ quantity, unit, figures }: Item<'disagreements'>): Html {
  const listed = figures.map((figure) => html`${amountOf(figure)}, ${sourceLink(figure.citation)}`)
  return html`${phrase(quantity)}${unit !== null && html`, in ${recorded(unit)}`}: ${joined(listed, '; ')}`
}

/** Null when the source gives no number. */
function amountOf({ value, min, max, unit }: Figure): Html {
  const range =
    value ?? (min === null ? max && `at most ${max}` : max === null ? `at least ${min}` : `${min} to ${max}`)
  return range === null ? null : html`${range}${unit !== null && html` ${recorded(unit)}`}`
}

/** One step in the history of the measure `key`. Names the development that reports the step, unless the measure itself does. */
export function describeStatus({ status, date, note, development }: Item<'statusChanges'>, key: string): Html {
  const reported = development.key !== key && html`, reported in ${headlineLink(development)}`
  return html`${phrase(status)}: ${date.label}${noted(date.note)}${reported}${note !== null && smallPrint(null, note)}`
}

export function describeChange({ measure, status, date, note }: Item<'statusChanges'>): Html {
  const when = html`${date.label}${noted(date.note)}`
  return html`<a href="/developments/${measure.key}">${recorded(measure.headline)}</a>: ${lower(status)}, ${when}${note !== null && smallPrint(null, note)}`
}

export function describeCitation({ source, credibility, basis, locator, excerpt, via }: Item<'citations'>): Html {
  const title = link(source.url, recorded(source.title))
  const republished = source.republishedBy && html`republished by ${recorded(source.republishedBy.name)}`
  const facts = [
    ...Array.from(new Set([source.author, source.outlet?.name]), (name) => name && recorded(name)),
    source.publishedOn?.label,
    locator && recorded(locator),
    republished,
  ]
  const grades = [`source ${phrase(source.reliability)}`, `information ${phrase(credibility)}`, phrase(basis)]
  const archived = source.archiveUrl && html` ${link(source.archiveUrl, 'Archived copy')}.`
  return html`${title}${facts.map((fact) => fact && html`, ${fact}`)} <span class="m">${sentence(grades.join('; ').toLowerCase())}${via.length > 0 && html` It came through ${names(via)}.`}${archived}${
    source.note !== null && html` ${recorded(source.note)}`
  }</span>${excerpt !== null && quoted(excerpt)}`
}

export function describeLink({ relation, note, development }: Link): Html {
  return html`${phrase(relation)}: ${headlineLink(development)}${noted(note)}`
}

export function describeLinkedFrom({ relation, note, development }: Link): Html {
  return html`${headlineLink(development)}: ${lower(relation)} this${noted(note)}`
}

export function describeCoding(coding: Item<'codings'>): Html {
  const { type, modes, contexts, auxiliaries, initiators, recipients, quadClass, score } = coding
  const manner = [...modes, ...auxiliaries].map(lower).join(', ')
  return html`${phrase(type)}${manner && ` (${manner})`}${fromTo(initiators, recipients)} <span class="d">${phrase(quadClass)}, score ${score}${contexts.length > 0 && `; ${contexts.map(lower).join(', ')}`}</span>`
}

export function describeRevision({ number, kind, note, recordedAt, recordedBy }: Item<'revisions'>): Html {
  const by = recordedBy !== null && html` by ${recorded(recordedBy)}`
  const why = note !== null && html`: ${recorded(note)}`
  return html`${day(recordedAt)}: ${phrase(kind)}${by} (revision ${number})${why}`
}

/** The small print under a fact: what kind of fact it is, its note, and its sources. */
function smallPrint(kind: Html, note: string | null = null, citations: readonly Cited[] = []): Html {
  const kindOfFact = typeof kind === 'string' ? sentence(kind) : kind
  const texts = [kindOfFact, note && recorded(sentence(note))].map((text) => text && html`${text} `)
  return html`<span class="m">${texts}${joined(citations.map(sourceLink), '; ')}</span>`
}

/** The title of a source, linked to its entry in the list of sources. */
function sourceLink({ source, locator }: Cited): Html {
  const place = locator !== null && html`, ${recorded(locator)}`
  return html`<a href="#source-${source.key}">${recorded(source.title)}</a>${place}`
}

function headlineLink({ key, headline, date }: Link['development']): Html {
  return html`<a href="/developments/${key}">${recorded(headline)}</a> <span class="d">${date.label}</span>`
}

function fromTo(from: readonly { readonly name: string }[], to: readonly { readonly name: string }[]): Html {
  return from.length + to.length > 0 && html`: ${names(from)}${to.length > 0 && html` to ${names(to)}`}`
}

export function names(named: readonly { readonly name: string }[]): Html {
  return named.length > 0 && joined(named.map(({ name }) => recorded(name)))
}

/** A note in brackets, if there is one. */
export function noted(note: string | null): Html {
  return note !== null && html` (${recorded(note)})`
}

function quoted(text: string): Html {
  return html`“${recorded(text)}”`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
}
