import type { Demanded, DisputePartyData } from '../../../../schema/page-data.d.ts'
import type { IsNew } from '../charts/as-of.ts'
import {
  attributionNote,
  counted,
  enumerate,
  fresh,
  lower,
  nothing,
  onRecord,
  stanceChip,
  stanceOf,
} from '../parts/chips.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, dateLink, datedLink } from '../parts/links.ts'
import { describeDemandsOf } from './demands.ts'
import { changesOf, holdingOf, type Cell, type Party } from './matrix.ts'
import { describeNew, describeShift } from './positions.ts'

/** What a party said and did. */
export interface PartyRecord {
  readonly party: Party
  readonly data: DisputePartyData
  /** Its position on the central claim. */
  readonly cell: Cell | undefined
}

export interface Board {
  readonly claim: { readonly key: string; readonly proposition: string } | null
  readonly parties: readonly PartyRecord[]
  readonly demands: readonly Demanded[]
  /** Whether the positions could be read. */
  readonly hasPositions: boolean
  readonly isNew: IsNew
  readonly isPast: boolean
}

/** The most parties that have a column each. More of them have a row each. */
const COLUMNS = 2

/** Where the parties stand, side by side. */
export function describeBoard(board: Board): Html {
  const { claim, parties } = board
  if (parties.length === 0) return null
  const topics = topicsOf(board)
  const head =
    claim &&
    html`<span class="lab">Central claim</span> <q><a href="/claims/${claim.key}" dir="auto">${claim.proposition}</a></q>`
  const missing = describeMissing(board)
  if (topics.length === 0 || parties.length > COLUMNS)
    return [head && html`<p class="board">${head}</p>`, topics.length > 0 && describeMany(parties, topics), missing]
  return html`<table class="board" role="table">
    <caption class="vh">${parties.length === 1 ? 'Where the party stands' : 'Where the parties stand, side by side'}</caption>
    <thead role="rowgroup"><tr role="row">
      <td role="cell"></td>${parties.map(({ party }) => html`<th scope="col" role="columnheader">${actorLink(party)}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">
      ${head && html`<tr role="row" class="lead"><th scope="rowgroup" role="rowheader" colspan="${parties.length + 1}">${head}</th></tr>`}
      ${topics.map(
        ({ name, className, note, href, none, describe }) => html`<tr role="row">
          <th scope="row" role="rowheader" class="${className}">${href === undefined ? name : html`<a href="${href}">${name}</a>`}${note && html` <span class="lab">${note}</span>`}</th>
          ${parties.map((party) => html`<td role="cell">${describe(party) ?? none}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>${missing}`
}

/** A row for each party: columns would be too narrow. */
function describeMany(parties: readonly PartyRecord[], topics: readonly Topic[]): Html {
  return html`<table class="pos many" role="table">
      <caption class="vh">Where the parties stand</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Party</th>${topics.map(({ name }) => html`<th scope="col" role="columnheader">${name}</th>`)}
      </tr></thead>
      <tbody role="rowgroup">${parties.map(
        (party) => html`<tr role="row">
          <th scope="row" role="rowheader">${actorLink(party.party)}</th>${topics.map(({ name, none, describe }) => html`<td role="cell" data-l="${name}">${describe(party) ?? none}</td>`)}
        </tr>`,
      )}</tbody>
    </table>`
}

/** What of all topics is on record of no party, in a sentence in place of empty rows. */
function describeMissing(board: Board): Html {
  const missing = allTopicsOf(board).filter((topic) => !isOnRecord(topic, board))
  const of = enumerate(
    board.parties.map(({ party }) => actorLink(party)),
    'or',
  )
  return (
    missing.length > 0 &&
    html`<p class="m">No ${enumerate(
      missing.map(({ one }) => one),
      'or',
    )} of ${of} is ${onRecord(board.isPast)}.</p>`
  )
}

interface Topic {
  readonly name: string
  /** The name of one of them, within a sentence. */
  readonly one: string
  readonly note?: string
  readonly href?: string
  readonly className?: string
  /** What stands for a party that has none. */
  readonly none: Html
  /** Null if nothing is on record. */
  readonly describe: (party: PartyRecord) => Html
}

function isOnRecord({ describe }: Topic, { parties }: Board): boolean {
  return parties.some((party) => describe(party) !== null)
}

function topicsOf(board: Board): readonly Topic[] {
  return allTopicsOf(board).filter((topic) => isOnRecord(topic, board))
}

function allTopicsOf({ claim, demands, hasPositions, isNew }: Board): readonly Topic[] {
  const position: Topic = {
    name: 'Position',
    one: 'position',
    className: 'po',
    none: nothing(),
    describe: ({ cell }) => describePosition(cell, isNew),
  }
  return [
    ...(claim === null || !hasPositions ? [] : [position]),
    {
      name: 'Demands',
      one: 'demand',
      href: '#demands',
      none: 'None',
      describe: ({ party }) => describeDemandsOf(demands, party.key),
    },
    {
      name: 'Measures in force',
      one: 'measure in force',
      href: '#measures',
      note: 'when last reported',
      none: 'None',
      describe: ({ data }) => describeMeasures(data),
    },
    { name: 'Last said', one: 'statement', none: nothing(), describe: ({ data }) => describeSaid(data, isNew) },
  ]
}

function describePosition(cell: Cell | undefined, isNew: IsNew): Html {
  if (cell === undefined) return null
  const { current } = cell
  const { before } = changesOf(cell)
  const { first, times } = holdingOf(cell)
  const date = html`${dateLink(current.statement, current.date)}${attributionNote(current.attribution)}`
  const held = times > 1 ? html`<span class="m">${times} times; last ${date}</span>` : html` ${date}`
  return html`${describeNew(cell, isNew)}${describeShift(cell)}${stanceChip(current.stance)}${first === current ? html` ${date}` : held}${
    before.length > 0 &&
    html`<span class="was">Before: ${joined(
      before.map(({ stance }) => stanceOf(stance)),
      ' → ',
    )}</span>`
  }`
}

/** Kinds that are named. */
const NAMED = 3

function describeMeasures({ measures }: DisputePartyData): Html {
  const total = measures?.totalCount ?? 0
  if (total === 0) return null
  const kinds = [...new Set((measures?.nodes ?? []).map(({ measureKind }) => lower(measureKind)))]
  const shown =
    kinds.length > NAMED + 1 ? [...kinds.slice(0, NAMED), counted(kinds.length - NAMED, 'other kind')] : kinds
  return html`<b class="big">${total}</b><span class="vh">:</span> ${enumerate(shown)}`
}

function describeSaid({ statements }: DisputePartyData, isNew: IsNew): Html {
  const [last] = statements?.nodes ?? []
  return last === undefined ? null : html`${isNew(last.key) && fresh(isNew.words)}${datedLink(last)}`
}

/** The parties in words, as the line above the headline has them. */
export function nameParties(parties: readonly Party[]): Html {
  return enumerate(parties.map(actorLink))
}
