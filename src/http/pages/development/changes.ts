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
import { shortDated } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, claimLink, dateLink, developmentLink } from '../parts/links.ts'
import { cited, footnote, names, noted, type Development, type Item } from './parts.ts'

type Position = Item<'positions'>
type Assessment = Item<'assessments'>

interface Context {
  /** Whether the holder is named beside the position. */
  readonly isNamed: boolean
  /** The number of documents that the development rests on. A position names its own if it rests on fewer. */
  readonly documents: number
}

/** What a development changed: positions and answers to demands, before and with it, and what was said for the first time. */
export function describeChanges(
  { positions = [], assessments, demands = [], date, citations }: Development,
  tools: Html,
): Html {
  const held = positions.filter(({ previous }) => previous !== null)
  const first = positions.filter(({ previous }) => previous === null)
  if (positions.length + assessments.length + demands.length === 0) return null
  const holders = new Map(held.map(({ holder }) => [holder.key, holder]))
  const [one] = holders.values()
  const only = holders.size === 1 ? one : undefined
  const documents = citations.length
  const isMixed = new Set(positions.map(({ holder }) => holder.key)).size > 1
  return html`<section id="changed">
    <h2>What it changed</h2>
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
    ${first.length > 0 && html`<h3 class="gap">Said for the first time <span class="n">${first.length}</span></h3><ul class="plain cols2">${first.map((position) => describeFirst(position, { isNamed: isMixed, documents }))}</ul>`}
    ${demands.length > 0 && html`<h3 class="gap">Demands made <span class="n">${demands.length}</span></h3><ul class="plain cols2">${demands.map(describeDemand)}</ul>`}
    ${tools}
  </section>`
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

function describeFirst(position: Position, { isNamed, documents }: Context): Html {
  const { holder, claim, stance, attribution } = position
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${isNamed && html`${actorLink(holder)}: `}${isNamed ? stanceOf(stance) : capital(stanceOf(stance))}, ${attributionWords(attribution)}</span>${describeDetail(position, documents)}</li>`
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
  return html`<li><b>${phrase(remedy)}</b> <span class="hl" dir="auto">${text}</span><span class="m">${names(madeBy)}${addressees.length > 0 && html` to ${names(addressees)}`}</span></li>`
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
      <ul class="evl">${statusHistory.map((change) => describeStatus(change, key))}${statusChanges.map(describeChange)}</ul>
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
