import { answerBall, answerWords } from '../charts/answers.ts'
import {
  attributionNote,
  attributionWords,
  capital,
  changeNote,
  groupOf,
  lower,
  nothing,
  phrase,
  stanceChip,
  stanceOf,
} from '../parts/chips.ts'
import { inOrderOfCurrency, shortDated } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, actorLinks, claimLink, dateLink, developmentLink } from '../parts/links.ts'
import { cited, footnote, noted, type Development, type Item } from './parts.ts'
import type { DevelopmentPage } from './reading.ts'

type Position = Item<'positions'>
type Assessment = Item<'assessments'>

interface Context {
  /** Whether the holder is named beside the position. */
  readonly isNamed: boolean
  /** The number of documents that the development rests on. A position names its own if it rests on fewer. */
  readonly documents: number
}

/**
 * The positions and answers of a development: those that it changed, before and with it, and those that came first, that it repeats, or that
 * differ from others in an order that is not known. Those in `unplaced` did not come first, but what came before is not of the time of the page.
 */
export function describeChanges(
  { positions = [], assessments: answers, demands = [], date, citations }: Development,
  unplaced: DevelopmentPage['unplaced'],
  tools: Html,
): Html {
  if (positions.length + answers.length + demands.length === 0) return null
  const first = positions.filter((position) => position.previous === null && !unplaced.has(position))
  const repeated = positions.filter(({ stance, previous }) => previous?.stance === stance)
  const others = positions.filter(({ stance, previous }) => previous !== null && previous.stance !== stance)
  const held = others.filter(isAfterPrevious)
  const unordered = others.filter((position) => !isAfterPrevious(position))
  const sameAnswers = answers.filter(({ response, previous }) => previous?.response === response)
  const otherAnswers = answers.filter(
    (answered) => answered.previous?.response !== answered.response && !unplaced.has(answered),
  )
  const assessments = otherAnswers.filter((answered) => answered.previous === null || isAfterPrevious(answered))
  const unorderedAnswers = otherAnswers.filter((answered) => !assessments.includes(answered))
  const hasChanged = held.length + assessments.length + first.length + demands.length > 0
  const holders = new Map(held.map(({ holder }) => [holder.key, holder]))
  const [one] = holders.values()
  const only = holders.size === 1 ? one : undefined
  const documents = citations.length
  const isMixed = new Set(positions.map(({ holder }) => holder.key)).size > 1
  return html`<section id="changed">
    <h2>${hasChanged ? 'What it changed' : positions.length > 0 ? 'Positions it takes' : 'Answers to demands'}</h2>
    ${
      held.length + assessments.length > 0 &&
      html`<table class="chg" role="table">
      <caption class="vh">Positions and answers to demands before and with this</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">${held.length === 0 ? 'Demand' : only ? html`${recorded(only.name)} on` : 'Claim'}</th>
        <th scope="col" role="columnheader">Before</th>
        <th scope="col" role="columnheader">With this</th>
      </tr></thead>
      ${held.length > 0 && html`<tbody role="rowgroup">${held.map((position) => describeHeld(position, { isNamed: only === undefined, documents }))}</tbody>`}
      ${
        assessments.length > 0 &&
        html`<tbody role="rowgroup">
        ${held.length > 0 && html`<tr role="row" class="gh"><th scope="rowgroup" role="rowheader" colspan="3">Answers to demands</th></tr>`}
        ${assessments.map((assessment) => describeAssessment(assessment, { day: date.edtf, documents }))}
      </tbody>`
      }
    </table>`
    }
    ${listed(
      'Said for the first time',
      first.map((position) => describeFirst(position, { isNamed: isMixed, documents })),
    )}
    ${listed('Said differently elsewhere; which came first is not known', [
      ...unordered.map((position) => describeFirst(position, { isNamed: isMixed, documents })),
      ...unorderedAnswers.map(describeAnswer),
    ])}
    ${listed('Not the first; the one before was not on record by then', [
      ...positions
        .filter((position) => unplaced.has(position))
        .map((position) => describeFirst(position, { isNamed: isMixed, documents })),
      ...answers.filter((answered) => unplaced.has(answered)).map(describeAnswer),
    ])}
    ${listed('Unchanged', [
      ...repeated.map((position) => describeFirst(position, { isNamed: isMixed, documents })),
      ...sameAnswers.map(describeAnswer),
    ])}
    ${listed('Demands made', demands.map(describeDemand))}
    ${tools}
  </section>`
}

function listed(title: string, items: readonly Html[]): Html {
  return (
    items.length > 0 &&
    html`<h3 class="gap">${title} <span class="n">${items.length}</span></h3><ul class="plain cols2">${items}</ul>`
  )
}

/** Whether the previous position or answer certainly had begun before this one. Dates may overlap, and then their order is not known. */
function isAfterPrevious({
  date,
  previous,
}: Pick<Position, 'date'> & { readonly previous: Pick<Position, 'date'> | null }): boolean {
  if (previous === null || date.earliest === null) return false
  const { reading, earliest, latest } = previous.date
  const begun = reading === 'SPAN' ? (earliest ?? latest) : latest
  return begun !== null && begun < date.earliest
}

function describeHeld(position: Position, { isNamed, documents }: Context): Html {
  const { holder, claim, stance, attribution, previous } = position
  const hasChanged = previous !== null && groupOf(previous.stance) !== groupOf(stance)
  const shift = hasChanged && changeNote(attribution === 'INFERRED')
  return html`<tr role="row">
    <th scope="row" role="rowheader">${isNamed && html`${actorLink(holder)} on `}${claimLink(claim, 'hl')}</th>
    <td role="cell" data-l="Before">${previous && html`${capital(stanceOf(previous.stance))}${attributionNote(previous.attribution)} ${dateLink(previous.statement, previous.date)}`}</td>
    <td role="cell" data-l="With this">${stanceChip(stance)} ${shift}<i class="how">${attributionWords(attribution)}</i>${describeDetail(position, documents)}</td>
  </tr>`
}

/** The claim that a holder puts in the place of another, its note, and its source if it is one of several. */
function describeDetail({ alternative, note, citations }: Position, documents: number): Html {
  return [
    alternative && html`<span class="m">In its place: ${claimLink(alternative)}</span>`,
    footnote(note),
    citations.length < documents && html`<span class="m">${joined(citations.map(cited), '; ')}</span>`,
  ]
}

/** A position by itself, with the one that counts as earlier by the record, if there is one. */
function describeFirst(position: Position, { isNamed, documents }: Context): Html {
  const { holder, claim, stance, attribution, previous } = position
  const other =
    previous &&
    html`<span class="m">Also: ${stanceOf(previous.stance)}${attributionNote(previous.attribution)}, <a href="/developments/${previous.statement.key}">${shortDated(previous.date)}</a></span>`
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${isNamed && html`${actorLink(holder)}: `}${isNamed ? stanceOf(stance) : capital(stanceOf(stance))}, ${attributionWords(attribution)}</span>${describeDetail(position, documents)}${other}</li>`
}

/** The same for an answer to a demand. */
function describeAnswer({ demand, response, note, by, previous }: Assessment): Html {
  return html`<li><b>${phrase(demand.remedy)}</b> <span class="hl" dir="auto">${demand.text}</span> ${answer(response)}${footnote(note)}${by.length > 0 && html`<span class="m">Judged so by ${joined(by.map(actorLink))}</span>`}${previous && html`<span class="m">Also: ${answerWords(previous.response)}, <a href="/developments/${previous.development.key}">${shortDated(previous.date)}</a></span>`}</li>`
}

function describeAssessment(
  { demand, response, note, by, citation, date, previous }: Assessment,
  { day, documents }: { readonly day: string; readonly documents: number },
): Html {
  return html`<tr role="row">
    <th scope="row" role="rowheader"><b>${phrase(demand.remedy)}</b> <span class="hl" dir="auto">${demand.text}</span></th>
    <td role="cell" data-l="Before">${previous ? html`${answer(previous.response)} ${dateLink(previous.development, previous.date)}` : nothing('No answer on record')}</td>
    <td role="cell" data-l="With this">${answer(response)}${date.edtf !== day && html` <span class="d">${shortDated(date)}</span>`}${footnote(note)}${by.length > 0 && html`<span class="m">Judged so by ${joined(by.map(actorLink))}</span>`}${citation && documents > 1 && html`<span class="m">${cited(citation)}</span>`}</td>
  </tr>`
}

function answer(response: string): Html {
  return html`<span class="rs">${answerBall(response)}${response === 'NO_RESPONSE' ? 'No answer' : capital(answerWords(response))}</span>`
}

function describeDemand({ text, remedy, madeBy, addressees }: Item<'demands'>): Html {
  return html`<li><b>${phrase(remedy)}</b> <span class="hl" dir="auto">${text}</span><span class="m">${actorLinks(madeBy)}${addressees.length > 0 && html` to ${actorLinks(addressees)}`}</span></li>`
}

/** What a development means for claims, and what it did to measures. */
export function describeEffects(development: Development, tools: Html): Html {
  const { key, bearings, statusChanges, statusHistory = [], citations } = development
  return [
    bearings.length > 0 &&
      html`<section id="bearings">
      <h2>What it means for claims</h2>
      <ul class="evl">${bearings.map((bearing) => describeBearing(bearing, citations.length))}</ul>
      ${tools}
    </section>`,
    statusHistory.length + statusChanges.length > 0 &&
      html`<section id="measures">
      <h2>${statusHistory.length > 0 ? 'What became of the measure' : 'Measures it changed'}</h2>
      <ul class="evl">${inOrderOfCurrency(statusHistory).map((change) => describeStatus(change, key))}${statusChanges.map(describeChange)}</ul>
      ${tools}
    </section>`,
  ]
}

function describeBearing({ claim, bearing, by, citation, note }: Item<'bearings'>, documents: number): Html {
  return html`<li><b>${phrase(bearing)}</b> ${claimLink(claim, 'hl')}<span class="m">According to ${by.length > 0 ? joined(by.map(actorLink)) : 'the source itself'}.${documents > 1 && html` ${cited(citation)}`}</span>${footnote(note)}</li>`
}

/** One step in the history of the measure `key`. Names the development that reports the step, unless the measure itself does. */
function describeStatus({ status, date, note, development }: Item<'statusChanges'>, key: string): Html {
  return html`<li><b>${phrase(status)}</b> <span class="d">${shortDated(date)}</span>${noted(date.note)}${development.key !== key && html`<span class="m">Reported in ${developmentLink(development)}</span>`}${footnote(note)}</li>`
}

function describeChange({ measure, status, date, note }: Item<'statusChanges'>): Html {
  return html`<li>${developmentLink(measure, 'hl')}: <b>${lower(status)}</b> <span class="d">${shortDated(date)}</span>${noted(date.note)}${footnote(note)}</li>`
}
