import type { RelatedClaim } from '../../../../schema/page-data.d.ts'
import { isPast } from '../charts/as-of.ts'
import { REPORTED_LATER } from '../dispute/positions.ts'
import { counted, onRecord, stanceOf } from '../parts/chips.ts'
import { html, joined, type Html } from '../parts/html.ts'
import { actorLink, claimLink } from '../parts/links.ts'
import type { ClaimPage, RelatedStances } from './reading.ts'

type Stances = NonNullable<ReturnType<RelatedStances['get']>>

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

export function describeRelated({ claim: { relations, relatedFrom }, related, moments }: ClaimPage, tools: Html): Html {
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
      <div class="two">${groups.map(({ title, claims }) => html`<div><h3>${title}</h3><ul class="plain">${claims.map((claim) => describeClaim(claim, { stances: related.get(claim.key) ?? [], isThen: isPast(moments) }))}</ul></div>`)}</div>
      ${tools}
    </section>`
  )
}

function describeClaim(
  claim: RelatedClaim,
  { stances, isThen }: { readonly stances: Stances; readonly isThen: boolean },
): Html {
  const held = stances.slice(0, HOLDERS)
  const others = stances.length - held.length
  const positions = held.map(
    ({ holder, stance }) => html`${actorLink(holder)}: ${stance === null ? REPORTED_LATER : stanceOf(stance)}`,
  )
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${positions.length === 0 ? `Nobody’s position is ${onRecord(isThen)}` : joined([...positions, others > 0 && counted(others, 'other')], '; ')}</span></li>`
}

/** Holders that are named beside a claim. */
const HOLDERS = 4
