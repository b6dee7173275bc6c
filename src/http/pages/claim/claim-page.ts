import type { HeldOnClaim, NamedSource } from '../../../../schema/page-data.d.ts'
import { isPast, newsOf, type IsNew } from '../charts/as-of.ts'
import { holderName, positionChart } from '../charts/positions.ts'
import { axisSymbols } from '../charts/time-axis.ts'
import { timeScale, type TimeScale } from '../charts/time-scale.ts'
import { isNewShift, type Cell } from '../dispute/matrix.ts'
import { describeCell } from '../dispute/positions.ts'
import { sourceName } from '../dispute/timeline.ts'
import { describeBeyond } from '../dispute/tools.ts'
import { page, type Rendered, type Visit } from '../page.ts'
import {
  attributionWords,
  capital,
  counted,
  doubts,
  enumerate,
  fresh,
  lower,
  nothing,
  onRecord,
  phrase,
  stanceChip,
} from '../parts/chips.ts'
import { citeSection } from '../parts/citation.ts'
import { describeControls, describePast } from '../parts/controls.ts'
import { shortDated } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import {
  actorLink,
  address,
  claimLink,
  datedLink,
  developmentLink,
  given,
  queryTools,
  sourceLink,
  without,
} from '../parts/links.ts'
import { instantShown } from '../parts/moments.ts'
import { describeNews } from '../parts/news.ts'
import { describeProblems } from '../parts/problems.ts'
import { readClaim, type Bearing, type Claim, type ClaimPage } from './reading.ts'
import { describeRelated } from './related.ts'

/** The page of a claim: who held what on it and when, and what else bears on it. */
export const claimPage = page<ClaimPage>({
  path: '/claims/*',
  of: 'claim',
  parameters: [],
  read: readClaim,
  render: renderClaim,
})

function renderClaim(data: ClaimPage, { key, parameters, publicUrl, headAt }: Visit): Rendered {
  const { claim, moments, counts, positions, cells, bearings } = data
  const { proposition, dispute } = claim
  const { known, on, since, problems } = moments
  const path = `/claims/${key}`
  const at = instantShown(known, headAt)
  const tools = queryTools('Claim', given({ key, known, on }), null, describeBeyond(['reported'], moments))
  const scale = timeScale({
    period: dispute.period,
    lastReportedOn: dispute.lastReportedOn,
    dates: positions.map(({ date }) => date),
  })
  const main = html`
    ${describeProblems({ moments: problems })}
    ${describePast(moments, { path, parameters, ...(counts !== null && { counts }), held: 'Positions and evidence' })}
    <p class="kick">Claim in <a href="/disputes/${dispute.key}">${recorded(dispute.title)}</a></p>
    <h1 class="q">“${recorded(proposition)}”</h1>
    ${
      since &&
      counts?.news &&
      describeNews(
        { ...counts.news, since, all: counts.shown },
        {
          shifts: shiftsOf(data),
          see: html`<a href="${address('/search', { claims: key, ...newsOf(moments) })}">See them all</a>`,
          now: without(path, parameters, ['since', 'by']),
        },
      )
    }
    <div class="lede">
      <div>${describeParties(claim, cells)}</div>
      <div>
        <p class="basis">${describeBasis(data)}</p>
        ${describeControls(path, { moments, parameters, headAt })}
      </div>
    </div>
    ${describePositions(data, { scale, tools })}
    ${bearings.length > 0 && describeEvidence(data, tools)}
    ${describeRelated(data, tools)}
    ${at !== null && citeSection('page', { title: `Positions on: ${proposition.replace(/\.$/, '')}`, url: publicUrl + path, at })}
  `
  return {
    title: proposition,
    description: `Who holds what on “${proposition}”, since when, and by which sources.`,
    path,
    className: 'claim',
    crumbs: [
      { name: 'Disputes', href: '/' },
      { name: dispute.key, href: `/disputes/${dispute.key}` },
      { name: 'Claim' },
    ],
    asOf: known === null ? undefined : (at ?? undefined),
    follows: isPast(moments) ? undefined : { claims: [key] },
    symbols: axisSymbols(scale),
    main,
    ...(problems.size > 0 && { status: 400 }),
  }
}

/** The parties that changed their position by something new. */
function shiftsOf({ claim, cells, isNew }: ClaimPage): readonly { readonly name: string; readonly claims: number }[] {
  const parties = new Set(claim.dispute.parties.map(({ key }) => key))
  return cells
    .filter((cell) => parties.has(cell.holder.key) && isNewShift(cell, isNew))
    .map(({ holder }) => ({ name: holder.name, claims: 1 }))
}

/** Where the parties stand on the claim, side by side. */
function describeParties(claim: Claim, held: readonly Cell[]): Html {
  const { parties } = claim.dispute
  const cells = parties.map((party) => held.find(({ holder }) => holder.key === party.key))
  const describe = (cell: Cell | undefined) => (cell === undefined ? nothing() : describeCell(cell, EARLIER))
  if (parties.length > COLUMNS) {
    return html`<table class="pos many" role="table">
      <caption class="vh">Where the parties stand on it</caption>
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Party</th><th scope="col" role="columnheader">Position</th></tr></thead>
      <tbody role="rowgroup">${parties.map((party, index) => html`<tr role="row"><th scope="row" role="rowheader">${actorLink(party)}</th><td role="cell" data-l="Position">${describe(cells[index])}</td></tr>`)}</tbody>
    </table>`
  }
  return html`<table class="board" role="table">
    <caption class="vh">${parties.length === 1 ? 'Where the party stands on it' : 'Where the parties stand on it'}</caption>
    <thead role="rowgroup"><tr role="row">${parties.map((party) => html`<th scope="col" role="columnheader">${actorLink(party)}</th>`)}</tr></thead>
    <tbody role="rowgroup"><tr role="row">${cells.map((cell) => html`<td role="cell">${describe(cell)}</td>`)}</tr></tbody>
  </table>`
}

/** The most parties that have a column each. */
const COLUMNS = 2

/** Earlier positions that are shown of a party. */
const EARLIER = 6

/** How many positions are on record, by whom, and how closely they follow their holders' words. */
function describeBasis({ positions, unread, cells, moments }: ClaimPage): Html {
  if (positions.length === 0) return `Nobody’s position on it is ${onRecord(isPast(moments))}.`
  const documents = new Set(positions.flatMap(({ citations }) => citations.map(({ source }) => source.key))).size
  const count = (attribution: string) => positions.filter((position) => position.attribution === attribution).length
  const [quoted, inferred] = [count('QUOTED'), count('INFERRED')]
  const isPart = unread !== 0
  const total = html`${unread === null && 'At least '}<b>${counted(positions.length + (unread ?? 0), 'position')}</b> by ${counted(cells.length, 'holder')}`
  return html`${total}${isPart ? html`. Of the newest ${positions.length}, ` : html`, from ${counted(documents, 'document')}. `}<b>${capitalIf(!isPart, quoted === 0 ? 'none' : `${quoted}`)}</b> ${quoted > 1 ? 'are' : 'is'} quoted word for word${inferred > 0 && `; ${inferred} ${inferred === 1 ? 'is' : 'are'} inferred and never ${inferred === 1 ? 'outweighs' : 'outweigh'} what was said`}. A position says what somebody holds, not what is so.`
}

function capitalIf(isFirst: boolean, words: string): string {
  return isFirst ? capital(words) : words
}

/** The most positions that the table lists. */
const LISTED = 100

function describePositions(
  { claim: { dispute }, positions, unread, moments, isNew }: ClaimPage,
  { scale, tools }: { readonly scale: TimeScale; readonly tools: Html },
): Html {
  if (positions.length === 0)
    return html`<section id="time"><h2>Who held what, when</h2><p class="find">No positions are ${onRecord(isPast(moments))}.</p>${tools}</section>`
  const nodes = positions.slice(-LISTED)
  const total = positions.length + (unread ?? 0)
  const all =
    unread === null ? `The newest ${nodes.length} positions` : `The newest ${nodes.length} of ${total} positions`
  const parties = new Set(dispute.parties.map(({ key }) => key))
  const byHolder = [...Map.groupBy(nodes, ({ holder }) => holder.key)]
  const rows = [
    ...dispute.parties.flatMap(({ key }) => byHolder.filter(([holder]) => holder === key)),
    ...byHolder.filter(([holder]) => !parties.has(holder)),
  ].flatMap(([key, held]) =>
    held.slice(0, 1).map(({ holder }) => ({
      name: parties.has(key) ? holderName(holder.name) : recorded(holder.name),
      positions: held,
    })),
  )
  return html`<section id="time">
    <h2>Who held what, when</h2>
    ${positionChart(scale, rows, true)}
    <table class="log" role="table">
      <caption>${nodes.length < total || unread === null ? all : 'Every position'}, the latest first, each by the first day on which it can have been taken</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">When</th>
        <th scope="col" role="columnheader">Who</th>
        <th scope="col" role="columnheader">Held</th>
        <th scope="col" role="columnheader">Where it was said, and who tells of it</th>
      </tr></thead>
      <tbody role="rowgroup">${nodes.toReversed().map((position) => describePosition(position, isNew))}</tbody>
    </table>
    ${tools}
  </section>`
}

function describePosition(
  { date, holder, stance, attribution, note, alternative, statement, citations }: HeldOnClaim,
  isNew: IsNew,
): Html {
  const isFresh = isNew(statement.key)
  return html`<tr role="row" class="${isFresh ? 'isnew' : undefined}">
    <td role="cell" data-l="When">${isFresh && fresh(isNew.words)}${shortDated({ ...date, shortLabel: capital(date.shortLabel) })}</td>
    <td role="cell" data-l="Who"><b>${actorLink(holder)}</b></td>
    <td role="cell" data-l="Held">${stanceChip(stance)}<span class="m">${attributionWords(attribution)}${doubts(statement)}</span>${alternative && html`<span class="m">In its place: ${claimLink(alternative)}</span>`}</td>
    <td role="cell" class="w">${developmentLink(statement, 'hl')}<span class="m">${note !== null && html`${recorded(note)} `}${joined(citations.map(describeCitation), '; ')}</span></td>
  </tr>`
}

function describeCitation({
  source,
  locator,
}: {
  readonly source: NamedSource
  readonly locator: string | null
}): Html {
  return html`${sourceLink({ key: source.key, name: sourceName(source) })}${locator !== null && html`, ${recorded(locator)}`}`
}

function describeEvidence({ claim, bearings, moments, isNew }: ClaimPage, tools: Html): Html {
  const unlisted = (claim.bearings.totalCount ?? 0) - claim.bearings.nodes.length
  const findings = [
    ...Map.groupBy(bearings, ({ bearing, by, development }) =>
      JSON.stringify([bearing, development.key, by.map(({ key }) => key)]),
    ).values(),
  ]
  const rest =
    moments.reported === null
      ? `And ${counted(unlisted, 'later reading')}: see the query.`
      : `When ${counted(unlisted, 'other reading was', 'other readings were')} reported is not looked at here: see the query.`
  return html`<section id="evidence">
    <h2>Evidence</h2>
    <p class="how2">What bears on the claim without being anyone’s position.${findings.length < bearings.length && ' Readings of one finding by several documents stand together.'}</p>
    <ul class="evl">${findings.map((readings) => describeFinding(readings, isNew))}</ul>
    ${unlisted > 0 && html`<p>${rest}</p>`}
    ${tools}
  </section>`
}

function describeFinding(readings: readonly Bearing[], isNew: IsNew): Html {
  return readings.slice(0, 1).map(
    ({ bearing, by, development }) => html`<li>
      ${isNew(development.key) && fresh(isNew.words)}<b>${phrase(bearing)}</b> ${datedLink(development, 'hl')}
      <span class="m">${by.length > 0 && html`${enumerate(by.map(actorLink))}. `}${joined(readings.map(describeReading), '; ')}</span>
    </li>`,
  )
}

function describeReading({ citation, note }: Bearing): Html {
  const { excerpt, credibility } = citation
  return html`${describeCitation(citation)}${excerpt !== null && html`: “${recorded(excerpt)}”`} (${lower(credibility)})${note !== null && html`: ${recorded(note)}`}`
}
