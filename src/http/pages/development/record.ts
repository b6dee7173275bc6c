import { lower, phrase } from '../parts/chips.ts'
import { instant } from '../parts/dates.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { actorLinks } from '../parts/links.ts'
import type { Item } from './parts.ts'

/** A coding: who does what towards whom, its score, and the words of the scheme. */
export function describeCoding(coding: Item<'codings'>): Html {
  const { type, modes, contexts, auxiliaries, initiators, recipients, quadClass, score } = coding
  const manner = [...modes, ...auxiliaries].map(lower).join(', ')
  const towards = recipients.length > 0 && html`, towards ${actorLinks(recipients)}`
  const signed = score > 0 ? `+${score}` : `${score}`.replace('-', '−')
  return html`${actorLinks(initiators)}${towards}: ${phrase(type)}${manner && ` (${manner})`} <b>${signed}</b> <span class="m">${[quadClass, ...contexts].map(lower).join(' · ')}</span>`
}

export function describeRevision({ number, kind, note, recordedAt, recordedBy }: Item<'revisions'>): Html {
  const by = recordedBy !== null && html` by ${recorded(recordedBy)}`
  const why = note !== null && html`: ${recorded(note)}`
  return html`${number} · ${phrase(kind)} on ${instant(recordedAt)}${by}${why}`
}
