import type { LinkRelation } from '../../model/vocabulary/development.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * Chains of responses are walked breadth first, a level of all the chains at a time: one statement reads what is tied to the developments
 * reached last, each of them once, and every chain is then extended in memory. What a development answered is followed to what that
 * answered, what answered it to what answered that. The two ways are never mixed: another answer to the same event is not in the chain
 * of the one. A development is entered once a way, which ends every cycle.
 */

/** The most links of one chain. */
export const CHAIN_MAX = 200

/** How far a chain may be followed. */
export const DEPTH_MAX = 20

/** One link of a chain: `fromId` answered `toId`. */
export interface ChainRow extends Share {
  readonly fromId: number
  readonly toId: number
  readonly relation: LinkRelation
  /** How many links lie between the development asked and the farther end, this one counted. */
  readonly distance: number
}

/**
 * The chain of each development, nearest first; at one distance what it answered before what answered it, each by the farther end, oldest
 * first. Retracted developments are passed over, the one asked for itself aside.
 */
export function readChains(reader: Reader, asked: readonly Asked[], depth: number): ChainRow[] {
  const known = new Map<string, readonly Tie[]>()
  const chains = asked.map(([id, asOf], parent) => new Chain({ id, asOf, parent }))
  for (let distance = 1; distance <= depth; distance++) {
    const open = chains.filter((chain) => chain.isOpen)
    if (open.length === 0) break
    readTies(reader, open, known)
    for (const chain of open) chain.extend(distance, known)
  }
  return chains.flatMap((chain) => chain.links)
}

/** 0: what it answered; 1: what answered it. */
type Way = 0 | 1

const WAYS: readonly Way[] = [0, 1]

interface Tie extends Share {
  readonly relation: LinkRelation
  readonly fromId: number
  readonly toId: number
  readonly otherId: number
  /** The farther end's place in the chronology. */
  readonly sort: string
}

class Chain {
  readonly links: ChainRow[] = []
  readonly #parent: number
  readonly #asOf: number
  readonly #entered: readonly [Set<number>, Set<number>]
  readonly #listed = new Set<string>()
  #reached: readonly [readonly number[], readonly number[]]

  constructor({ id, asOf, parent }: { id: number; asOf: number; parent: number }) {
    this.#parent = parent
    this.#asOf = asOf
    this.#entered = [new Set([id]), new Set([id])]
    this.#reached = [[id], [id]]
  }

  get isOpen(): boolean {
    return this.links.length < CHAIN_MAX && this.#reached.some((ids) => ids.length > 0)
  }

  /** What has to be known for the next step. */
  get asks(): readonly (readonly [id: number, asOf: number, way: Way])[] {
    return WAYS.flatMap((way) => this.#reached[way].map((id) => [id, this.#asOf, way] as const))
  }

  extend(distance: number, known: ReadonlyMap<string, readonly Tie[]>): void {
    const [answered, answering] = WAYS.map((way) => this.#step(way, distance, known))
    this.#reached = [answered ?? [], answering ?? []]
  }

  /** Lists the ties of what was reached last one way, and returns what they newly lead to. */
  #step(way: Way, distance: number, known: ReadonlyMap<string, readonly Tie[]>): number[] {
    const ties = this.#reached[way].flatMap((id) => known.get([id, this.#asOf, way].join()) ?? [])
    const reached: number[] = []
    for (const { relation, fromId, toId, otherId } of ties.toSorted(chronological)) {
      const mark = `${fromId} ${relation} ${toId}`
      if (!this.#listed.has(mark) && this.links.length < CHAIN_MAX) {
        this.#listed.add(mark)
        this.links.push({ parent: this.#parent, asOf: this.#asOf, fromId, toId, relation, distance })
      }
      if (this.#entered[way].has(otherId)) continue
      this.#entered[way].add(otherId)
      reached.push(otherId)
    }
    return reached
  }
}

function chronological(a: Tie, b: Tie): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1
  return a.otherId - b.otherId
}

/** Makes known what the chains ask for and nobody asked before. */
function readTies(reader: Reader, chains: readonly Chain[], known: Map<string, readonly Tie[]>): void {
  const asks = new Map(chains.flatMap(({ asks: all }) => all.map((ask) => [ask.join(), ask] as const)))
  const unknown = [...asks].filter(([name]) => !known.has(name))
  const found = unknown.map((): Tie[] => [])
  const rows = readShares<Tie>(
    reader,
    TIES,
    unknown.map(([, ask]) => ask),
    { limit: CHAIN_MAX },
  )
  for (const tie of rows) found[tie.parent]?.push(tie)
  unknown.forEach(([name], at) => known.set(name, found[at] ?? []))
}

const RESPONDS = `x.relation in ('IN_RESPONSE_TO', 'RECIPROCATES', 'REVERSES')`

const STANDING = 'r.id <= asked.as_of and r.until_seq > asked.as_of and r.retracted = 0'

// No chain needs more than its own most of the answers to one development: those that come first in the chronology.
const TIES = asking(
  'x.relation, x.development_id as fromId, x.target_id as toId, x.target_id as otherId, r.sort, x.ordinal',
  `from asked cross join revisions own on own.development_id = asked.id and own.id <= asked.as_of and own.until_seq > asked.as_of
   cross join links x on x.revision_id = own.id and ${RESPONDS}
   cross join revisions r on r.development_id = x.target_id and ${STANDING}
   where asked.part = 0
   union all
   select asked.parent, asked.as_of, x.relation, x.development_id, x.target_id, x.development_id, x.sort, x.ordinal
   from asked cross join links x on (x.revision_id, x.ordinal) in
     (select x.revision_id, x.ordinal from links x where x.target_id = asked.id and x.revision_id <= asked.as_of
        and x.until_seq > asked.as_of and x.retracted = 0 and ${RESPONDS}
      order by x.sort, x.development_id, x.revision_id, x.ordinal limit @limit)
   where asked.part = 1
   order by parent, sort, otherId, ordinal`,
)
