import type { IsNew } from '../charts/as-of.ts'
import {
  attributionNote,
  changeNote,
  counted,
  doubts,
  enumerate,
  fresh,
  groupOf,
  nothing,
  onRecord,
  stanceChip,
  stanceOf,
} from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, claimLink, dateLink } from '../parts/links.ts'
import { LAST, READ_CLAIMS } from './held.ts'
import { changesOf, holdingOf, type Cell, type Claim, type Matrix, type Past, type Row } from './matrix.ts'

/** The most parties that have a column each. More of them share one. */
const COLUMNS = 3

/**
 * Claims with a change or a difference that are all on the page (`whole`), some of them at once; of more, only the first are. They are fewer
 * where more parties take a stand on each.
 */
const ROWS = { few: { whole: 30, open: 30, first: 9 }, many: { whole: 20, open: 8, first: 8 } }

/** Claims without a difference that are listed. Of more, only their numbers are. */
const AGREED = 60

/** Earlier positions that are shown in a cell. */
const EARLIER = { few: 4, some: 2, many: 1 }

export function describePositions(
  matrix: Matrix,
  {
    contradictions,
    isPartial,
    later,
    isNew,
    isPast,
    all,
    tools,
  }: {
    readonly contradictions: readonly Contradiction[]
    /** Whether not all positions are known. */
    readonly isPartial: boolean
    /** The cells that are left out because all of it that is known was reported later. */
    readonly later: readonly Cell[]
    readonly isNew: IsNew
    readonly isPast: boolean
    /** The address of all claims. */
    readonly all: string
    readonly tools: Html
  },
): Html {
  const { parties, groups, rest, rows } = matrix
  const leftOut =
    later.length > 0 &&
    ` ${counted(later.length, 'holder of a claim is', 'holders of claims are')} left out: ${REPORTED_LATER}.`
  if (rows.length === 0) {
    return html`<section id="positions"><h2>Who holds what</h2><p class="find">No claims are ${onRecord(isPast)}.${leftOut}</p>${tools}</section>`
  }
  // Not as links: on a phone, the head of the table is not in sight.
  const columns = parties.length > COLUMNS ? ['Parties'] : parties.map(({ name }) => name)
  const limits = parties.length > COLUMNS ? ROWS.many : ROWS.few
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0)
  const isWhole = total <= limits.whole
  let left = isWhole ? limits.open : limits.first
  const open = groups.map(({ title, rows: inGroup }) => {
    const shown = inGroup.slice(0, left)
    left -= shown.length
    return { title, count: inGroup.length, shown, more: inGroup.slice(shown.length) }
  })
  const table = (
    caption: string,
    body: Html,
  ) => html`<table class="${columns.length < parties.length ? 'pos wide' : 'pos'}" role="table">
    <caption class="vh">${caption}</caption>
    <thead role="rowgroup"><tr role="row">
      <th scope="col" role="columnheader">Claim</th>
      ${columns.map((name) => html`<th scope="col" role="columnheader">${recorded(name)}</th>`)}
      <th scope="col" role="columnheader">Others, evidence</th>
    </tr></thead>${body}
  </table>`
  const describe = (row: Row) => describeRow(row, { matrix, isNew, earlier: isWhole ? EARLIER.few : EARLIER.some })
  const body = open.map(
    ({ title, count, shown }) =>
      shown.length > 0 &&
      html`<tbody role="rowgroup">
      <tr role="row" class="gh"><th scope="rowgroup" role="rowheader" colspan="${columns.length + 2}">${title} <span class="n">${count}</span></th></tr>
      ${shown.map(describe)}
    </tbody>`,
  )
  const more = open.flatMap((group) => group.more)
  const listsAgreed = rest.reduce((sum, group) => sum + group.rows.length, 0) <= AGREED
  const others = rest.reduce((sum, group) => sum + group.rows.length, 0)
  return html`<section id="positions">
    <h2>Who holds what</h2>
    <p class="find">${findPositions(matrix)}</p>
    ${isPartial && html`<p class="how2">There are too many positions for one table: of each holder, the current position and the two before it are compared${rows.length > READ_CLAIMS && ` on the first ${READ_CLAIMS} claims`}.${leftOut}</p>`}
    ${contradictions.slice(0, CONTRADICTIONS).map(describeContradiction)}
    ${contradictions.length > CONTRADICTIONS && html`<p>So do ${counted(contradictions.length - CONTRADICTIONS, 'other holder')}: see the query.</p>`}
    ${groups.length > 0 && html`<p class="how2">Claims with a change or a difference come first. A date is that of the saying, not of the thing said.</p>`}
    ${groups.length > 0 && table('Claims on which a party changed its position, on which holders differ, or that contradict one another', body)}
    ${isWhole && more.length > 0 && html`<details class="more"><summary>${counted(more.length, 'more claim')} with a change or a difference</summary>${table('More claims with a change or a difference', html`<tbody role="rowgroup">${more.map(describe)}</tbody>`)}</details>`}
    ${(!isWhole || !listsAgreed) && html`<p>${!isWhole && `${counted(more.length, 'more claim has', 'more claims have')} a change or a difference. `}<a href="${all}">All ${rows.length} claims</a></p>`}
    ${
      others > 0 &&
      html`<details class="more"><summary>${groups.length > 0 ? `The other ${counted(others, 'claim')}, with no difference on record` : `${counted(others, 'claim')}, with no difference on record`}</summary>
      <div class="cols">${rest.map((group) => html`<div><h3>${recorded(group.title)} <span class="n">${group.rows.length}</span></h3>${listsAgreed && html`<ul class="plain">${group.rows.map((row) => describeAgreed(row, parties))}</ul>`}</div>`)}</div>
    </details>`
    }
    ${tools}
  </section>`
}

/** Holders of contradictory positions that are named. */
const CONTRADICTIONS = 8

/** What is new of the position of a holder: the mark where the current one is, and else the new one with its date. */
export function describeNew({ current, history }: Cell, isNew: IsNew): Html {
  const latest = history.findLast(({ statement }) => isNew(statement.key))
  if (latest === undefined) return null
  if (latest.id === current.id) return fresh(isNew.words)
  return html`<span class="m">${fresh(isNew.words)}${describePast(latest)}</span>`
}

/** What stands for a holder of whom no earlier positions were read. */
export const REPORTED_LATER = `the last ${LAST} positions were reported later`

interface Contradiction {
  readonly holder: { readonly key: string; readonly name: string }
  readonly positions: readonly { readonly claim: { readonly key: string; readonly proposition: string } }[]
}

function describeContradiction({ holder, positions }: Contradiction): Html {
  const claims = new Map(positions.map(({ claim }) => [claim.key, claim]))
  return html`<p>${actorLink(holder)} holds what cannot all be so, on: ${joined(
    [...claims.values()].map((claim) => claimLink(claim)),
    ' ',
  )}</p>`
}

/** What the positions show, in a sentence. */
function findPositions({ parties, rows }: Matrix): Html {
  const isParty = new Set(parties.map(({ key }) => key))
  const byParties = rows.map(({ cells }) => cells.filter(({ holder }) => isParty.has(holder.key)))
  const shared = byParties.filter((cells) => cells.length > 1)
  const held = byParties.filter((cells) => cells.length > 0).length
  const total = counted(rows.length, 'claim')
  const [only] = parties
  if (rows.every(({ cells }) => cells.length === 0))
    return `Nobody is on record on ${rows.length === 1 ? 'the one claim' : `any of ${total}`}.`
  if (held === 0 || only === undefined)
    return html`No party is on record on ${rows.length === 1 ? 'the one claim' : `any of ${total}`}; others are.`
  if (parties.length === 1)
    return html`${recorded(only.name)} is on record on <b>${held} of ${rows.length}</b> ${rows.length === 1 ? 'claim' : 'claims'}.`
  const both = parties.length === 2 ? 'Both parties are' : 'Two or more parties are'
  if (shared.length === 0) {
    const each = parties.map(({ key, name }) => {
      const count = byParties.filter((cells) => cells.some(({ holder }) => holder.key === key)).length
      return html`${recorded(name)} on ${count}`
    })
    return html`No two parties are on record on one claim. Of ${total}, each is on record alone: ${enumerate(each)}.`
  }
  const differ = shared.filter((cells) => new Set(cells.map(({ current }) => groupOf(current.stance))).size > 1).length
  const agree = shared.length - differ
  const outcome = [
    agree > 0 && `agree on ${agree === shared.length && agree > 1 ? 'all of them' : agree}`,
    differ > 0 && `differ on ${differ === shared.length && differ > 1 ? 'all of them' : differ}`,
  ].filter(Boolean)
  return html`${both} on record on <b>${shared.length} of ${rows.length}</b> ${rows.length === 1 ? 'claim' : 'claims'}: they ${enumerate(outcome)}.`
}

function describeRow(
  { claim, cells }: Row,
  { matrix: { parties }, isNew, earlier }: { readonly matrix: Matrix; readonly isNew: IsNew; readonly earlier: number },
): Html {
  const ofParty = parties.map(({ key }) => cells.find(({ holder }) => holder.key === key))
  const isFresh = cells.some(({ history }) => history.some(({ statement }) => isNew(statement.key)))
  const others = cells.filter(({ holder }) => !parties.some(({ key }) => key === holder.key))
  const named = ofParty.filter((cell) => cell !== undefined)
  return html`<tr role="row" class="${isFresh ? 'isnew' : undefined}">
    <th scope="row" role="rowheader">${isFresh && fresh(isNew.words)}${claimLink(claim)}</th>
    ${
      parties.length > COLUMNS
        ? html`<td role="cell" data-l="Parties">${named.length === 0 ? nothing() : html`<div class="by2">${named.map((cell) => html`<div class="by1"><b>${actorLink(cell.holder)}</b> ${describeCell(cell, EARLIER.many)}</div>`)}</div>`}</td>`
        : ofParty.map(
            (cell, index) =>
              html`<td role="cell" data-l="${parties[index]?.name}" class="${cell?.shifted ? 'sh' : undefined}">${cell === undefined ? nothing() : describeCell(cell, earlier)}</td>`,
          )
    }
    ${describeOthers(others, claim)}
  </tr>`
}

/** The position of a holder, and what it held before: at most `earlier` of them. */
export function describeCell(cell: Cell, earlier: number): Html {
  const { current } = cell
  const { before, since } = changesOf(cell)
  const { first, times } = holdingOf(cell)
  return html`${describeShift(cell)}${stanceChip(current.stance)}<span class="m">${dateLink(first.statement, first.date)}${times > 1 && `, first of ${times} times`}${attributionNote(current.attribution)}${doubts(current.statement)}</span>${
    before.length > 0 &&
    html`<span class="was">Before: ${before.length > earlier && '… → '}${joined(before.slice(-earlier).map(describePast), ' → ')}</span>`
  }${before.length === 0 && since.length > 0 && html`<span class="was">Since: ${joined(since.map(describePast), ' → ')}. Not taken back in words.</span>`}`
}

/** Whether a holder changed its position, or is only inferred to have changed it since. */
export function describeShift(cell: Pick<Cell, 'current' | 'history' | 'shifted'>): Html {
  const { before, since } = changesOf(cell)
  return cell.shifted && (before.length > 0 || since.length > 0) && changeNote(before.length === 0)
}

function describePast(past: Past): Html {
  return html`${stanceOf(past.stance)}, ${dateLink(past.statement, past.date)}${attributionNote(past.attribution)}`
}

const SIDES = [
  ['for', 'For', 'for'],
  ['part', 'In part', 'open'],
  ['open', 'Open', 'open'],
  ['against', 'Against', 'against'],
  ['gone', 'Taken back', 'open'],
] as const

function describeOthers(others: readonly Cell[], claim: Claim): Html {
  const evidence = describeEvidence(claim)
  if (others.length === 0 && !evidence)
    return html`<td role="cell" data-l="Others, evidence" class="o nil">${nothing()}</td>`
  return html`<td role="cell" data-l="Others, evidence" class="o">${SIDES.map(([group, words, swatch]) => {
    const side = others.filter(({ current }) => groupOf(current.stance) === group)
    return (
      side.length > 0 &&
      html`<span class="og"><i class="sw ${swatch}"></i>${words}: ${joined([...side.slice(0, OTHERS).map(({ holder, current }) => html`<a href="/developments/${current.statement.key}">${recorded(holder.name)}</a>${doubts(current.statement)}`), nameOthers(side.length - OTHERS, claim)])}</span>`
    )
  })}${evidence}</td>`
}

/** Others that are named on each side. */
const OTHERS = 5

/** How many holders are not named, as a link to all of them. */
export function nameOthers(count: number, { key }: { readonly key: string }): Html {
  return count > 0 && html`<a href="/claims/${key}">${counted(count, 'other')}</a>`
}

/** How much evidence there is, apart from anyone's position. */
function describeEvidence({ bearings: { nodes } }: Claim): Html {
  const count = (kind: string) =>
    new Set(nodes.flatMap(({ bearing, development }) => (bearing === kind ? [development.key] : []))).size
  const [found, support, against, open] = [count('FINDS'), count('SUPPORTS'), count('UNDERMINES'), count('LEAVES_OPEN')]
  const parts = [
    found > 0 && `${counted(found, 'finding')} that it is so`,
    support > 0 && `${support} in support`,
    against > 0 && `${against} against it`,
    open > 0 && `${open} leaving it open`,
  ].filter(Boolean)
  return parts.length > 0 && html`<span class="ev">Evidence: ${joined(parts)}</span>`
}

/** A claim on which there is no difference. */
function describeAgreed({ claim, cells }: Row, parties: Matrix['parties']): Html {
  const [only, another] = cells
  const isParty = parties.some(({ key }) => key === only?.holder.key)
  const held =
    only === undefined
      ? describeEvidence(claim)
      : another === undefined
        ? html`${!isParty && html`${actorLink(only.holder)}: `}${stanceOf(only.current.stance)}, ${dateLink(only.current.statement, only.current.date)}${attributionNote(only.current.attribution)}${doubts(only.current.statement)}`
        : html`${groupOf(another.current.stance) !== 'for' && `${SIDES.find(([group]) => group === groupOf(another.current.stance))?.[1]}: `}${joined([...cells.slice(0, OTHERS).map(({ holder }) => actorLink(holder)), nameOthers(cells.length - OTHERS, claim)])}`
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${held}</span></li>`
}
