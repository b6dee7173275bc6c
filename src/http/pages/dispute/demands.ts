import type { Affiliated, Assessed, Demanded } from '../../../../schema/page-data.d.ts'
import { compareCurrent } from '../../../model/dates/edtf.ts'
import { isFor } from '../actor/members.ts'
import { isShown, type AsOf, type IsNew } from '../charts/as-of.ts'
import { answerBall, answerStrip, answerWords } from '../charts/answers.ts'
import { timeAxis } from '../charts/time-axis.ts'
import type { ChartDate, TimeScale } from '../charts/time-scale.ts'
import { capital, counted, enumerate, fresh, onRecord, phrase } from '../parts/chips.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, dateLink } from '../parts/links.ts'

/** From the best answer to none. */
const ORDER = [
  'MET',
  'MET_IN_PART',
  'PROMISED',
  'ACCEPTED_IN_PRINCIPLE',
  'CONTESTED',
  'DEFERRED',
  'EVADED',
  'REJECTED',
  'WITHDRAWN',
  'SUPERSEDED',
]

export function describeDemands(
  demands: readonly Demanded[],
  {
    scale,
    isNew,
    isPast,
    all,
    tools,
  }: {
    readonly scale: TimeScale
    readonly isNew: IsNew
    readonly isPast: boolean
    readonly all: string
    readonly tools: Html
  },
): Html {
  if (demands.length === 0)
    return html`<section id="demands"><h2>What is demanded, and the answer</h2><p class="find">No demands are ${onRecord(isPast)}.</p>${tools}</section>`
  const shown = demands.length > MOST ? latestOf(demands) : demands
  return html`<section id="demands">
    <h2>What is demanded, and the answer</h2>
    <p class="find">${demands.length === 1 ? 'The one demand is ' : `Of ${demands.length} demands `}${countAnswers(demands)}.</p>
    <p class="how2">Judged by what the reports tell. Words alone do not meet a demand for conduct.</p>
    ${demandTable(shown, { scale, isNew })}
    ${shown.length < demands.length && html`<p>The ${shown.length} with the latest answers. <a href="${all}">All ${demands.length} demands</a></p>`}
    ${tools}
  </section>`
}

/** Demands that are all listed. Of more, those are whose answers are the latest. */
const MOST = 12
const OPEN = 8

/** Changes of answers that a table draws, and that it draws of each demand at least. */
const CHANGES = 120
const LEAST = 5

function latestOf(demands: readonly Demanded[]): readonly Demanded[] {
  const answered = ({ assessment }: Demanded) => assessment?.date ?? NEVER
  const latest = new Set(demands.toSorted((a, b) => compareCurrent(answered(b), answered(a))).slice(0, OPEN))
  return demands.filter((demand) => latest.has(demand))
}

/** Less current than every date. */
const NEVER = { earliest: null, latest: '' }

/** Demands, each with its answer now and those before. */
export function demandTable(
  demands: readonly Demanded[],
  { scale, isNew }: { readonly scale: TimeScale; readonly isNew: IsNew },
): Html {
  return html`<table class="dem" role="table">
      <caption class="vh">Demands and how they were answered</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Demand</th>
        <th scope="col" role="columnheader">Answer now</th>
        <th scope="col" role="columnheader"><span class="hx">How it got there</span>${timeAxis(scale)}</th>
      </tr></thead>
      <tbody role="rowgroup">${demands.map((demand) => describeDemand(demand, { scale, isNew, most: Math.max(Math.floor(CHANGES / demands.length), LEAST) }))}</tbody>
    </table>`
}

function countAnswers(demands: readonly Demanded[]): Html {
  const counts = countResponses(demands)
  if (demands.length === 1) return html`<b>${counts[0]?.words}</b>`
  return enumerate(
    counts.map(
      ({ count, words }, index) => html`<b>${count}</b> ${index === 0 && (count === 1 ? 'is ' : 'are ')}${words}`,
    ),
  )
}

/** How many demands got each answer, the best answers first. */
function countResponses(
  demands: readonly Pick<Demanded, 'response'>[],
): readonly { readonly response: string; readonly count: number; readonly words: string }[] {
  const byResponse = Map.groupBy(demands, ({ response }) => response ?? 'NO_RESPONSE')
  const rank = (response: string) => (ORDER.indexOf(response) + ORDER.length + 1) % (ORDER.length + 1)
  return [...byResponse]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([response, those]) => ({
      response,
      count: those.length,
      words: response === 'NO_RESPONSE' ? 'without an answer' : answerWords(response),
    }))
}

function describeDemand(
  demand: Demanded,
  { scale, isNew, most }: { readonly scale: TimeScale; readonly isNew: IsNew; readonly most: number },
): Html {
  const { text, remedy, madeBy, addressees, response, assessment, assessments } = demand
  const isFresh = assessments.some(({ development }) => isNew(development.key))
  return html`<tr role="row" class="${isFresh ? 'isnew' : undefined}">
    <th scope="row" role="rowheader">${isFresh && fresh(hasNewAnswer(demand, isNew) ? 'New answer' : isNew.words)}<span class="dw">${phrase(remedy)}</span> <span class="dt" dir="auto">${text}</span><span class="m">${joined(madeBy.map(actorLink))}${addressees.length > 0 && html` to ${joined(addressees.map(actorLink))}`}</span></th>
    <td role="cell">${answer(response ?? 'NO_RESPONSE')}${assessment && describeAssessment(assessment)}</td>
    <td role="cell">${answerStrip(scale, assessments, most)}</td>
  </tr>`
}

/** Whether something new answers a demand otherwise than it was answered before. */
export function hasNewAnswer({ assessments }: Pick<Demanded, 'assessments'>, isNew: IsNew): boolean {
  return assessments.some(
    ({ development, response }, index) =>
      isNew(development.key) && response !== (assessments[index - 1]?.response ?? 'NO_RESPONSE'),
  )
}

/** How many demands got each answer: its circle, the number and its word. */
export function listAnswers(demands: readonly Pick<Demanded, 'response'>[]): Html {
  return joined(
    countResponses(demands).map(({ response, count }) => answer(response, count)),
    html`<span class="vh">,</span> `,
  )
}

/** The answer to a demand: its circle, and its word. */
function answer(response: string, count?: number): Html {
  const words = response === 'NO_RESPONSE' ? 'No answer' : capital(answerWords(response))
  return html`<span class="rs">${answerBall(response)}${count === undefined ? words : `${count} ${words.toLowerCase()}`}</span>`
}

function describeAssessment({ development, date, note, by }: Assessed): Html {
  const judges = by.length > 0 && html`<span class="m">As judged by ${enumerate(by.map(actorLink))}.</span>`
  return html` ${dateLink(development, date)}${note !== null && html`<span class="m" dir="auto">${note}</span>`}${judges}`
}

/** A demand with the statements that make it. */
type Made = Demanded & { readonly madeIn: readonly { readonly key: string; readonly date: ChartDate }[] }

/** The developments that demands rest on. */
export function developmentsOfDemands(demands: readonly Made[]): readonly string[] {
  return demands.flatMap(({ assessments, madeIn }) => [
    ...assessments.map(({ development }) => development.key),
    ...madeIn.map(({ key }) => key),
  ])
}

/** The demands that had been made in the past that is shown, as they were then. Of a demand that no statement makes, no day is known. */
export function demandsAt(demands: readonly Made[], asOf: AsOf): readonly Demanded[] {
  const made = demands.filter(
    ({ madeIn }) => madeIn.length === 0 || madeIn.some(({ key, date }) => isShown(asOf, date, key)),
  )
  return made.map((demand) => {
    const assessments = inOrderOfCurrency(demand.assessments).filter(({ date, development, citation }) =>
      isShown(asOf, date, development.key, citation && [citation]),
    )
    const assessment = assessments.at(-1) ?? null
    return { ...demand, assessments, assessment, response: assessment?.response ?? 'NO_RESPONSE' }
  })
}

/** A sentence on what a party, with its organs and office-holders, demands, and what is demanded from it. */
export function describeDemandsOf(demands: readonly Demanded[], party: string): Html {
  const isOf = (actors: readonly Affiliated[]) => actors.some((actor) => isFor(actor, party))
  const made = demands.filter(({ madeBy }) => isOf(madeBy))
  const put = demands.filter(({ addressees }) => isOf(addressees)).length
  const towards = put === 0 ? '' : counted(put, 'is put to it', 'are put to it')
  if (made.length === 0) return put === 0 ? null : `Makes none; ${towards}`
  return html`Makes ${made.length}: ${listAnswers(made)}${put > 0 && html`<span class="m">${towards}</span>`}`
}
