import { compareCurrent } from '../../../model/dates/edtf.ts'
import { enumerate, phrase } from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { claimLink, datedLink } from '../parts/links.ts'
import type { Claim } from './matrix.ts'

type Bearing = Claim['bearings']['nodes'][number] & { readonly claim: Claim }

/** Developments that are listed at once. */
const OPEN = 30

/** What bears on claims, by the development that does, the earliest first. */
export function describeEvidence(claims: readonly Claim[], { tools }: { readonly tools: Html }): Html {
  const bearings = claims.flatMap((claim) => claim.bearings.nodes.map((bearing): Bearing => ({ ...bearing, claim })))
  const byDevelopment = [...Map.groupBy(bearings, ({ development }) => development.key).values()].toSorted(([a], [b]) =>
    a && b ? compareCurrent(a.development.date, b.development.date) : 0,
  )
  const items = byDevelopment.map(describeDevelopment)
  return html`<section id="evidence">
    <h2>Evidence and findings${items.length > 0 && html` <span class="n">${items.length}</span>`}</h2>
    ${
      items.length === 0
        ? html`<p class="find">No evidence and no findings are on record.</p>`
        : html`<p class="how2">What bears on a claim without being anyone’s position.</p><ul class="evl">${items.slice(0, OPEN)}</ul>`
    }
    ${items.length > OPEN && html`<details class="more"><summary>The ${items.length - OPEN} later ones</summary><ul class="evl">${items.slice(OPEN)}</ul></details>`}
    ${tools}
  </section>`
}

function describeDevelopment(bearings: readonly Bearing[]): Html {
  const [first] = bearings
  if (first === undefined) return null
  const groups = Map.groupBy(bearings, ({ bearing, by }) => JSON.stringify([bearing, by.map(({ name }) => name)]))
  const described = [...groups.values()].map((group) => {
    // A bearing may be cited from several documents.
    const claims = new Map(group.map(({ claim }) => [claim.key, claim]))
    const { bearing, by } = group[0] ?? first
    return html`<span class="og"><b>${phrase(bearing)}</b> ${joined(
      [...claims.values()].map((claim) => claimLink(claim)),
      ' ',
    )}${by.length > 0 && html` According to ${enumerate(by.map(({ name }) => recorded(name)))}.`}</span>`
  })
  return html`<li>${datedLink(first.development)}<span class="m">${described}</span></li>`
}
