import { lower, phrase } from '../parts/chips.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { datedLink } from '../parts/links.ts'
import { cited, footnote, type Development, type Item } from './parts.ts'

type Figure = Item<'figures'>
type Link = Item<'links'>

/** Quotes word for word. Quotes from one place of a source name it once. */
export function describeQuotes({ quotes = [] }: Development, tools: Html): Html {
  const places = [
    ...Map.groupBy(quotes, ({ citation }) => JSON.stringify([citation.source.key, citation.locator])).values(),
  ]
  return (
    quotes.length > 0 &&
    html`<section id="words">
    <h2>Word for word</h2>
    ${places.map(
      (
        inPlace,
      ) => html`<div class="quotes">${inPlace.map(({ text, language }) => html`<blockquote lang="${language}" dir="auto">${text}</blockquote>`)}</div>
      <p class="m">As quoted in ${inPlace.slice(0, 1).map(({ citation }) => cited(citation))}.${inPlace.some(({ translated }) => translated) && ` ${inPlace.every(({ translated }) => translated) ? 'Translated.' : 'Translated in part.'}`}</p>`,
    )}
    ${tools}
  </section>`
  )
}

/** The figures, each as its source has it. Those that disagree stand together, and none is preferred. */
export function describeFigures({ figures, disagreements, citations }: Development, tools: Html): Html {
  if (figures.length === 0) return null
  const isCited = citations.length > 1
  const describe = (figure: Figure) =>
    html`<li><b>${phrase(figure.quantity)}:</b> ${describeAmount(figure)}${isCited && html`<span class="m">${cited(figure.citation)}</span>`}${footnote(figure.note)}</li>`
  const disputed = new Set(disagreements.flatMap(({ figures: those }) => those.map(({ id }) => id)))
  const others = figures.filter(({ id }) => !disputed.has(id))
  return html`<section id="figures">
    <h2>Figures</h2>
    ${disagreements.map(
      ({ quantity, unit, figures: those }) =>
        html`<h3>Figures that disagree: ${lower(quantity)}${unit !== null && html`, in ${recorded(unit)}`}</h3><ul class="evl">${those.map(describe)}</ul>`,
    )}
    ${others.length > 0 && html`${disagreements.length > 0 && html`<h3>Other figures</h3>`}<ul class="evl">${others.map(describe)}</ul>`}
    ${tools}
  </section>`
}

/** The number, and the words of the source if it has them. */
function describeAmount({ value, min, max, unit, asWritten }: Figure): Html {
  const range =
    value ?? (min === null ? max && `at most ${max}` : max === null ? `at least ${min}` : `${min} to ${max}`)
  const amount = range !== null && html`${range}${unit !== null && html` ${recorded(unit)}`}`
  if (asWritten === null) return amount
  return amount ? html`${amount} (“${recorded(asWritten)}”)` : html`“${recorded(asWritten)}”`
}

/** What a link says of the development that carries it, and of the one it names. */
const RELATIONS: Readonly<Record<string, readonly [to: string, from: string]>> = {
  IN_RESPONSE_TO: ['Answers', 'Answered by'],
  RECIPROCATES: ['Answers in kind', 'Answered in kind by'],
  FOLLOWS: ['Follows', 'Followed by'],
  CAUSED_BY: ['Caused by', 'Led to'],
  REVERSES: ['Reverses', 'Reversed by'],
  IMPLEMENTS: ['Carries out', 'Carried out by'],
  REPORTS_ON: ['Tells of', 'Told of by'],
  CORROBORATES: ['Confirms', 'Confirmed by'],
  CONTRADICTS: ['Contradicts', 'Contradicted by'],
  PART_OF: ['Part of', 'Has as a part'],
  POSSIBLY_SAME_AS: ['Possibly the same as', 'Possibly the same as'],
  CONTEXT_FOR: ['Background to', 'Has as background'],
  CITES_AS_PRECEDENT: ['Cites as a precedent', 'Cited as a precedent by'],
}

/** What led to a development, and what came of it. */
export function describeLinks({ links, linkedFrom }: Development, tools: Html): Html {
  const unlisted = (linkedFrom.totalCount ?? 0) - linkedFrom.nodes.length
  if (links.length + linkedFrom.nodes.length === 0) return null
  const list = (title: string, items: readonly Link[], side: 0 | 1) =>
    items.length > 0 &&
    html`<div><h3>${title}</h3><ul class="evl">${items.map((item) => describeLink(item, side))}</ul>${side === 1 && unlisted > 0 && html`<p class="m">And ${unlisted} more: see <code>linkedFrom</code> in the query.</p>`}</div>`
  return html`<section id="links">
    <h2>What led to it, what came of it</h2>
    <div class="two">${list('Before and around', links, 0)}${list('After', linkedFrom.nodes, 1)}</div>
    ${tools}
  </section>`
}

function describeLink({ relation, development, note }: Link, side: 0 | 1): Html {
  return html`<li><span class="rel">${RELATIONS[relation]?.[side] ?? phrase(relation)}</span> ${datedLink(development, 'hl')}${footnote(note)}</li>`
}
