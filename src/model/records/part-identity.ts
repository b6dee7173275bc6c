import type { AnyRecord } from './definitions.ts'
import { holdersOf } from './derived-fields.ts'

/*
 * What makes a part of a record the same part after an amendment. A part is identified by what it is about: a figure by its quantity, unit
 * and source, a position by its claim and holder. It stays the same when its other fields change, and when parts before it come or go.
 * Where several parts of one list are about the same, such as two areas that one source gives, each is identified by its whole content
 * instead, so that none is ever taken for another.
 */

/** The lists of such parts, and the fields that say what a part is about. */
const ABOUT = {
  citations: ['source'],
  figures: ['quantity', 'unit', 'citation'],
  codings: ['type', 'initiators', 'recipients'],
  bearings: ['claim', 'citation'],
  quotes: ['text'],
  positions: ['claim', 'holder'],
  assessments: ['demand'],
  'status-changes': ['measure'],
  /** The first status of a measure, of which there is one. */
  status: [],
  links: ['relation', 'development'],
  /** The links as the developments that they name list them: with the same content, but another development to show. */
  'linked-from': ['relation', 'development'],
  affiliations: ['to', 'relation'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type PartList = keyof typeof ABOUT

/** The identities of the parts in a list of a record, unique in the list. A position of several holders is a part for each. */
export function partIdentities(content: AnyRecord, list: PartList): string[] {
  const parts = partsOf(content, list)
  const about = parts.map((part) => JSON.stringify(part, [...ABOUT[list]]))
  const sharing = Map.groupBy(about, (each) => each)
  return parts.map((part, at) => {
    const identity = about[at] ?? ''
    return sharing.get(identity)?.length === 1 ? identity : JSON.stringify([part])
  })
}

function partsOf(content: AnyRecord, list: PartList): readonly object[] {
  if (list === 'positions' && 'statement' in content) {
    return (content.positions ?? []).flatMap((position) =>
      holdersOf(content, position).map((holder) => ({ ...position, holder })),
    )
  }
  if (list === 'status') return [{}]
  const name = list === 'linked-from' ? 'links' : list
  return (content as { readonly [Name in PartList]?: readonly object[] })[name] ?? [] // of the kinds that have the list
}
