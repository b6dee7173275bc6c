import type { DisputeEvidenceData, ListedClaimsData } from '../../../../schema/page-data.d.ts'
import { isTold, judge, type IsNew } from '../charts/as-of.ts'
import { heldAt, LAST, readHeld } from '../dispute/held.ts'
import type { Cell } from '../dispute/matrix.ts'
import { describeNew, describeShift, nameOthers, REPORTED_LATER } from '../dispute/positions.ts'
import { describeBeyond } from '../dispute/tools.ts'
import { page, readQuery, type Visit } from '../page.ts'
import { counted, fresh, stanceOf } from '../parts/chips.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, claimLink, dateLink, given, queryTools } from '../parts/links.ts'
import { readCounts, type Counts } from '../parts/news.ts'
import { listPage, numberLinks, readAsked, type Asked } from './list.ts'

type Dispute = NonNullable<ListedClaimsData['dispute']>
type Claim = Dispute['claims'][number]

interface Claims {
  readonly dispute: Dispute
  readonly asked: Asked
  readonly counts: Counts | null
  readonly claims: readonly Claim[]
  readonly cells: readonly Cell[]
  /** Cells of which all that is known was reported later. */
  readonly later: readonly Cell[]
  readonly isNew: IsNew
  /** The keys of claims that something new bears on. */
  readonly news: ReadonlySet<string>
}

const QUERY = readQuery('lists/claims')
const EVIDENCE = readQuery('dispute/evidence')

/** Claims on one page. */
const SIZE = 50

/** All claims of a dispute, page by page, with what everyone holds on each. */
export const claimsPage = page<Claims>({
  path: '/claims',
  of: 'dispute',
  keyIn: 'dispute',
  parameters: ['page'],
  read: readClaims,
  render: ({ dispute, asked, counts, claims, cells, later, isNew, news }, visit) => {
    const { moments, number } = asked
    const byClaim = Map.groupBy(cells, ({ claim }) => claim.key)
    const laterByClaim = Map.groupBy(later, ({ claim }) => claim.key)
    const { known, on, reported } = moments
    const list = { noun: 'claims', dispute, total: dispute.claims.length, moments, counts, held: 'Positions' }
    const describe = (claim: Claim) => {
      const held = partiesFirst(byClaim.get(claim.key) ?? [], dispute)
      return describeClaim(claim, held, {
        later: laterByClaim.get(claim.key) ?? [],
        isNew,
        isFresh: news.has(claim.key),
      })
    }
    const content = html`${reported !== null && html`<p class="how2">Where a claim has more than 100 positions, the last ${LAST} of each holder are looked at.</p>`}
      <ul class="plain claims">${claims.map(describe)}</ul>
      ${claims.length === 0 && html`<p>None on this page.</p>`}
      ${numberLinks(list, { page: number, size: SIZE })}
      ${queryTools('ListedClaims', given({ key: dispute.key, known, on }), null, describeBeyond(['reported'], moments))}`
    return listPage({ ...list, isUndated: true, content }, visit)
  },
})

async function readClaims({ key, parameters, ask }: Visit): Promise<Claims | null> {
  const asked = readAsked(parameters)
  const { moments, number } = asked
  const { known, on, reported, since } = moments
  const { dispute } = await ask<ListedClaimsData>(QUERY, { key, known, on })
  if (dispute === null) return null
  const claims = dispute.claims.slice((number - 1) * SIZE, number * SIZE)
  const held = await readHeld(claims, { ask, known, on, reported })
  const isJudged = reported !== null || since !== null
  const evidence = isJudged ? (await ask<DisputeEvidenceData>(EVIDENCE, { key, known, on })).dispute : null
  const bearings = new Map(evidence?.claims.map((claim) => [claim.key, claim.bearings]))
  const bearingsOn = (claim: Claim) => bearings.get(claim.key)?.nodes ?? []
  const { asOf, isNew } = await judge(ask, moments, [
    ...held.flatMap(({ history }) => history.map(({ statement }) => statement.key)),
    ...claims.flatMap(bearingsOn).map(({ development }) => development.key),
  ])
  const reportedOf = (claim: Claim): Claim => {
    if (reported === null) return claim
    const told = bearingsOn(claim).filter(({ development, citation }) => isTold(asOf, development.key, [citation]))
    return { ...claim, bearings: { totalCount: told.length } }
  }
  return {
    dispute,
    asked,
    counts: await readCounts(ask, moments, { disputes: [key] }),
    claims: claims.map(reportedOf),
    ...heldAt(held, asOf),
    isNew,
    news: new Set(
      claims
        .filter((claim) => bearingsOn(claim).some(({ development }) => isNew(development.key)))
        .map((claim) => claim.key),
    ),
  }
}

function partiesFirst(cells: readonly Cell[], { parties }: Pick<Dispute, 'parties'>): readonly Cell[] {
  const keys = new Set(parties.map(({ key }) => key))
  return cells.toSorted((a, b) => Number(keys.has(b.holder.key)) - Number(keys.has(a.holder.key)))
}

/** Holders of a claim that are named. */
const NAMED = 4

function describeClaim(
  claim: Claim,
  cells: readonly Cell[],
  { later, isNew, isFresh }: { readonly later: readonly Cell[]; readonly isNew: IsNew; readonly isFresh: boolean },
): Html {
  const evidence = claim.bearings.totalCount ?? 0
  const held = cells.slice(0, NAMED).map((cell) => {
    const { holder, current } = cell
    return html`${describeNew(cell, isNew)}${actorLink(holder)}: ${describeShift(cell)}${stanceOf(current.stance)}, ${dateLink(current.statement, current.date)}`
  })
  const unknown = later.slice(0, NAMED - held.length).map(({ holder }) => html`${actorLink(holder)}: ${REPORTED_LATER}`)
  const holders = cells.length + later.length
  const words = [
    ...held,
    ...unknown,
    nameOthers(holders - held.length - unknown.length, claim),
    evidence > 0 && counted(evidence, 'piece of evidence', 'pieces of evidence'),
  ]
  return html`<li>${isFresh && fresh(isNew.words)}${claimLink(claim, 'hl')}<span class="m">${holders === 0 && evidence === 0 ? 'Nothing on record' : joined(words, ' · ')}</span></li>`
}
