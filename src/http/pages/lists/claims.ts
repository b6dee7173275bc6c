import type { ListedClaimsData } from '../../../../schema/page-data.d.ts'
import { describeShift, nameOthers } from '../dispute/positions.ts'
import { readHeld } from '../dispute/held.ts'
import type { Cell } from '../dispute/matrix.ts'
import { page, readQuery } from '../page.ts'
import { counted, stanceOf } from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { claimLink, dateLink, queryTools } from '../parts/links.ts'
import { listPage, momentsOf, numberLinks, numberOf, type List } from './list.ts'

type Dispute = NonNullable<ListedClaimsData['dispute']>
type Claim = Dispute['claims'][number]

interface Claims {
  readonly list: Omit<List, 'content'> & { readonly dispute: Dispute }
  readonly page: number
  readonly claims: readonly Claim[]
  readonly cells: readonly Cell[]
}

const QUERY = readQuery('lists/claims')

/** Claims on one page. */
const SIZE = 50

/** All claims of a dispute, page by page, with what everyone holds on each. */
export const claimsPage = page<Claims>({
  path: '/claims',
  of: 'dispute',
  keyIn: 'dispute',
  moments: ['on', 'known'],
  read: async ({ key, parameters, ask }) => {
    const moments = momentsOf(parameters)
    const problems = new Map<string, string>()
    const number = numberOf(parameters, problems)
    const { known, on } = moments
    const { dispute } = await ask<ListedClaimsData>(QUERY, { key, known, on })
    if (dispute === null) return null
    const claims = dispute.claims.slice((number - 1) * SIZE, number * SIZE)
    const list = { noun: 'claims', dispute, total: dispute.claims.length, moments, problems }
    return { list, page: number, claims, cells: await readHeld(claims, { ask, known, on }) }
  },
  render: ({ list, page: number, claims, cells }, visit) => {
    const byClaim = Map.groupBy(cells, ({ claim }) => claim.key)
    const { known, on } = list.moments
    const asked = { key: list.dispute.key, ...(known !== null && { known }), ...(on !== null && { on }) }
    const content = html`<ul class="plain claims">${claims.map((claim) => describeClaim(claim, partiesFirst(byClaim.get(claim.key) ?? [], list.dispute)))}</ul>
      ${claims.length === 0 && html`<p>None on this page.</p>`}
      ${numberLinks(list, { page: number, size: SIZE })}
      ${queryTools('ListedClaims', asked)}`
    return listPage({ ...list, content }, visit)
  },
})

function partiesFirst(cells: readonly Cell[], { parties }: Pick<Dispute, 'parties'>): readonly Cell[] {
  const keys = new Set(parties.map(({ key }) => key))
  return cells.toSorted((a, b) => Number(keys.has(b.holder.key)) - Number(keys.has(a.holder.key)))
}

/** Holders of a claim that are named. */
const NAMED = 4

function describeClaim(claim: Claim, cells: readonly Cell[]): Html {
  const evidence = claim.bearings.totalCount ?? 0
  const held = cells.slice(0, NAMED).map((cell) => {
    const { holder, current } = cell
    return html`${recorded(holder.name)}: ${describeShift(cell)}${stanceOf(current.stance)}, ${dateLink(current.statement, current.date)}`
  })
  const words = [
    ...held,
    nameOthers(cells.length - held.length, claim),
    evidence > 0 && counted(evidence, 'piece of evidence', 'pieces of evidence'),
  ]
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${cells.length === 0 && evidence === 0 ? 'Nothing on record' : joined(words, ' · ')}</span></li>`
}
