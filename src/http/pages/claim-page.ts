import type { ClaimData, HeldOnClaim, NamedSource, RelatedClaim } from '../../../schema/page-data.d.ts'
import { holderName, positionChart } from './charts/positions.ts'
import { axisSymbols } from './charts/time-axis.ts'
import { timeScale, type TimeScale } from './charts/time-scale.ts'
import { describePast } from './parts/controls.ts'
import type { Cell } from './dispute/matrix.ts'
import { describeCell } from './dispute/positions.ts'
import { sourceName } from './dispute/timeline.ts'
import { page, readQuery, type Visit } from './page.ts'
import {
  attributionWords,
  capital,
  counted,
  doubts,
  enumerate,
  groupOf,
  lower,
  nothing,
  onRecord,
  phrase,
  stanceChip,
  stanceOf,
} from './parts/chips.ts'
import { citeSection } from './parts/citation.ts'
import { inOrderOfCurrency, shortDated } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import type { Document } from './parts/layout.ts'
import { actorLink, claimLink, datedLink, developmentLink, queryTools, sourceLink } from './parts/links.ts'
import { instantShown, readMoments, type Moments } from './parts/moments.ts'

type Claim = NonNullable<ClaimData['claim']>
type Bearing = Claim['bearings']['nodes'][number]

interface ClaimPage {
  readonly claim: Claim
  readonly moments: Moments
}

const QUERY = readQuery('claim')

/** The page of a claim: who held what on it and when, and what else bears on it. */
export const claimPage = page<ClaimPage>({
  path: '/claims/*',
  of: 'claim',
  moments: ['known'],
  read: async ({ key, parameters, ask }) => {
    const moments = readMoments(new URLSearchParams([...parameters].filter(([name]) => name === 'known')))
    const { claim } = await ask<ClaimData>(QUERY, { key, known: moments.known })
    return claim && { claim, moments }
  },
  render: renderClaim,
})

function renderClaim({ claim, moments }: ClaimPage, { key, publicUrl, headAt }: Visit): Document & { status?: number } {
  const { proposition, dispute, positions, bearings } = claim
  const { known, problems } = moments
  const path = `/claims/${key}`
  const at = instantShown(known, headAt)
  const tools = queryTools('Claim', { key, ...(known !== null && { known }) })
  const scale = timeScale({
    period: dispute.period,
    lastReportedOn: dispute.lastReportedOn,
    dates: positions.nodes.map(({ date }) => date),
  })
  const main = html`
    ${describePast(moments, { now: path })}
    <p class="kick">Claim in <a href="/disputes/${dispute.key}">${recorded(dispute.title)}</a></p>
    <h1 class="q">“${recorded(proposition)}”</h1>
    ${problems.has('known') && html`<p class="flag">known: ${problems.get('known')}</p>`}
    <div class="lede">
      <div>${describeParties(claim)}</div>
      <p class="basis">${describeBasis(claim, known !== null)}</p>
    </div>
    ${describePositions(claim, { scale, tools, isPast: known !== null })}
    ${bearings.nodes.length > 0 && describeEvidence(claim, tools)}
    ${describeRelated(claim, tools)}
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
    follows: known === null ? { claims: [key] } : undefined,
    symbols: axisSymbols(scale),
    main,
    ...(problems.size > 0 && { status: 400 }),
  }
}

/** Where the parties stand on the claim, side by side. */
function describeParties(claim: Claim): Html {
  const { parties } = claim.dispute
  const cells = parties.map((party) => cellOf(claim, party.key))
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

function cellOf({ key, currentPositions, positions }: Claim, party: string): Cell | undefined {
  const current = (currentPositions ?? []).find(({ holder }) => holder.key === party)
  if (current === undefined) return undefined
  const history = inOrderOfCurrency(positions.nodes.filter(({ holder }) => holder.key === party))
  const shifted = new Set(history.map(({ stance }) => groupOf(stance))).size > 1
  return { claim: { key }, holder: current.holder, current, history, shifted }
}

/** How many positions are on record, by whom, and how closely they follow their holders' words. */
function describeBasis({ positions: { nodes, totalCount }, currentPositions }: Claim, isPast: boolean): Html {
  if (nodes.length === 0) return `Nobody’s position on it is ${onRecord(isPast)}.`
  const total = totalCount ?? nodes.length
  const holders = currentPositions?.length ?? new Set(nodes.map(({ holder }) => holder.key)).size
  const documents = new Set(nodes.flatMap(({ citations }) => citations.map(({ source }) => source.key))).size
  const count = (attribution: string) => nodes.filter((position) => position.attribution === attribution).length
  const [quoted, inferred] = [count('QUOTED'), count('INFERRED')]
  const isPart = total > nodes.length
  return html`<b>${counted(total, 'position')}</b> by ${counted(holders, 'holder')}${isPart ? html`. Of the newest ${nodes.length}, ` : html`, from ${counted(documents, 'document')}. `}<b>${capitalIf(!isPart, quoted === 0 ? 'none' : `${quoted}`)}</b> ${quoted > 1 ? 'are' : 'is'} quoted word for word${inferred > 0 && `; ${inferred} ${inferred === 1 ? 'is' : 'are'} inferred and never ${inferred === 1 ? 'outweighs' : 'outweigh'} what was said`}. A position says what somebody holds, not what is so.`
}

function capitalIf(isFirst: boolean, words: string): string {
  return isFirst ? capital(words) : words
}

function describePositions(
  claim: Claim,
  { scale, tools, isPast }: { readonly scale: TimeScale; readonly tools: Html; readonly isPast: boolean },
): Html {
  const { positions, dispute } = claim
  const { nodes } = positions
  const unlisted = (positions.totalCount ?? 0) - nodes.length
  if (nodes.length === 0)
    return html`<section id="time"><h2>Who held what, when</h2><p class="find">No positions are ${onRecord(isPast)}.</p>${tools}</section>`
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
      <caption>${unlisted > 0 ? `The newest ${nodes.length} of ${nodes.length + unlisted} positions` : 'Every position'}, the latest first by the first day on which each can have been taken</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">When</th>
        <th scope="col" role="columnheader">Who</th>
        <th scope="col" role="columnheader">Held</th>
        <th scope="col" role="columnheader">Where it was said, and who tells of it</th>
      </tr></thead>
      <tbody role="rowgroup">${inOrderOfCurrency(nodes).toReversed().map(describePosition)}</tbody>
    </table>
    ${tools}
  </section>`
}

function describePosition({
  date,
  holder,
  stance,
  attribution,
  note,
  alternative,
  statement,
  citations,
}: HeldOnClaim): Html {
  return html`<tr role="row">
    <td role="cell" data-l="When">${shortDated({ ...date, shortLabel: capital(date.shortLabel) })}</td>
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

function describeEvidence({ bearings }: Claim, tools: Html): Html {
  const unlisted = (bearings.totalCount ?? 0) - bearings.nodes.length
  const findings = [
    ...Map.groupBy(bearings.nodes, ({ bearing, by, development }) =>
      JSON.stringify([bearing, development.key, by.map(({ key }) => key)]),
    ).values(),
  ]
  return html`<section id="evidence">
    <h2>Evidence</h2>
    <p class="how2">What bears on the claim without being anyone’s position.${findings.length < bearings.nodes.length && ' Readings of one finding by several documents stand together.'}</p>
    <ul class="evl">${findings.map(describeFinding)}</ul>
    ${unlisted > 0 && html`<p>And ${counted(unlisted, 'later reading')}: see the query.</p>`}
    ${tools}
  </section>`
}

function describeFinding(readings: readonly Bearing[]): Html {
  return readings.slice(0, 1).map(
    ({ bearing, by, development }) => html`<li>
      <b>${phrase(bearing)}</b> ${datedLink(development, 'hl')}
      <span class="m">${by.length > 0 && html`${enumerate(by.map(actorLink))}. `}${joined(readings.map(describeReading), '; ')}</span>
    </li>`,
  )
}

function describeReading({ citation, note }: Bearing): Html {
  const { excerpt, credibility } = citation
  return html`${describeCitation(citation)}${excerpt !== null && html`: “${recorded(excerpt)}”`} (${lower(credibility)})${note !== null && html`: ${recorded(note)}`}`
}

/** Each heading with the relations under it: those that the claim carries, and those that others have to it. */
const RELATED: readonly { readonly title: string; readonly to?: string; readonly from?: string }[] = [
  { title: 'Cannot both be so', to: 'CONTRADICTS', from: 'CONTRADICTS' },
  { title: 'Other accounts in its place', to: 'ALTERNATIVE_TO', from: 'ALTERNATIVE_TO' },
  { title: 'The same, said more closely', from: 'REFINES' },
  { title: 'The same, said more broadly', to: 'REFINES' },
  { title: 'Its parts', from: 'PART_OF' },
  { title: 'It is part of', to: 'PART_OF' },
  { title: 'If it is so, so is', to: 'IMPLIES' },
  { title: 'It is so if this is', from: 'IMPLIES' },
]

function describeRelated({ relations, relatedFrom }: Claim, tools: Html): Html {
  const groups = RELATED.map(({ title, to, from }) => {
    const claims = [
      ...relations.filter(({ relation }) => relation === to),
      ...relatedFrom.filter(({ relation }) => relation === from),
    ].map(({ claim }) => [claim.key, claim] as const)
    return { title, claims: [...new Map(claims).values()] }
  }).filter(({ claims }) => claims.length > 0)
  return (
    groups.length > 0 &&
    html`<section id="related">
      <h2>Claims that hang together with it</h2>
      <div class="two">${groups.map(({ title, claims }) => html`<div><h3>${title}</h3><ul class="plain">${claims.map(describeClaim)}</ul></div>`)}</div>
      ${tools}
    </section>`
  )
}

function describeClaim(claim: RelatedClaim): Html {
  const held = (claim.currentPositions ?? []).slice(0, HOLDERS)
  const others = (claim.currentPositions?.length ?? 0) - held.length
  const positions = held.map(({ holder, stance }) => html`${actorLink(holder)}: ${stanceOf(stance)}`)
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${positions.length === 0 ? 'Nobody’s position is on record' : joined([...positions, others > 0 && counted(others, 'other')], '; ')}</span></li>`
}

/** Holders that are named beside a claim. */
const HOLDERS = 4
