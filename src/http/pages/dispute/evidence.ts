import { compareCurrent } from '../../../model/dates/edtf.ts'
import { enumerate, onRecord, phrase } from '../parts/chips.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, claimLink, datedLink } from '../parts/links.ts'
import type { Claim } from './matrix.ts'

type Bearing = Claim['bearings']['nodes'][number] & { readonly claim: Claim }

/** Developments that are all listed, some of them at once. Of more, only the most relevant are. */
const MOST = { whole: 60, open: 30, relevant: 10 }

/** What bears on claims, by the development that does, the earliest first. */
export function describeEvidence(
  claims: readonly Claim[],
  {
    central,
    isPast,
    all,
    tools,
  }: { readonly central: string | undefined; readonly isPast: boolean; readonly all: string; readonly tools: Html },
): Html {
  const bearings = claims.flatMap((claim) => claim.bearings.nodes.map((bearing): Bearing => ({ ...bearing, claim })))
  const byDevelopment = [...Map.groupBy(bearings, ({ development }) => development.key).values()].toSorted(([a], [b]) =>
    a && b ? compareCurrent(a.development.date, b.development.date) : 0,
  )
  const count = byDevelopment.length
  const isWhole = count <= MOST.whole
  const items = (isWhole ? byDevelopment : mostRelevant(byDevelopment, central)).map(describeDevelopment)
  return html`<section id="evidence">
    <h2>Evidence and findings${count > 0 && html` <span class="n">${count}</span>`}</h2>
    ${
      items.length === 0
        ? html`<p class="find">No evidence and no findings are ${onRecord(isPast)}.</p>`
        : html`<p class="how2">What bears on a claim without being anyone’s position.${!isWhole && ` The first ${items.length} of ${count}: ${central === undefined ? '' : 'what bears on the central claim, then '}findings, then the latest.`}</p><ul class="evl">${items.slice(0, MOST.open)}</ul>`
    }
    ${items.length > MOST.open && html`<details class="more"><summary>The ${items.length - MOST.open} later ones</summary><ul class="evl">${items.slice(MOST.open)}</ul></details>`}
    ${!isWhole && html`<p><a href="${all}">All of it, claim by claim</a></p>`}
    ${tools}
  </section>`
}

/** Those that bear on the central claim, then findings, then the latest. */
function mostRelevant(
  byDevelopment: readonly (readonly Bearing[])[],
  central: string | undefined,
): readonly (readonly Bearing[])[] {
  const rank = (bearings: readonly Bearing[]) =>
    2 * Number(bearings.some(({ claim }) => claim.key === central)) +
    Number(bearings.some(({ bearing }) => bearing === 'FINDS'))
  return byDevelopment
    .toReversed()
    .toSorted((a, b) => rank(b) - rank(a))
    .slice(0, MOST.relevant)
}

function describeDevelopment(bearings: readonly Bearing[]): Html {
  const [first] = bearings
  if (first === undefined) return null
  const groups = Map.groupBy(bearings, ({ bearing, by }) => JSON.stringify([bearing, by.map(({ key }) => key)]))
  const described = [...groups.values()].map((group) => {
    // A bearing may be cited from several documents.
    const claims = new Map(group.map(({ claim }) => [claim.key, claim]))
    const { bearing, by } = group[0] ?? first
    return html`<span class="og"><b>${phrase(bearing)}</b> ${joined(
      [...claims.values()].map((claim) => claimLink(claim)),
      ' ',
    )}${by.length > 0 && html` According to ${enumerate(by.map(actorLink))}.`}</span>`
  })
  return html`<li>${datedLink(first.development)}<span class="m">${described}</span></li>`
}
