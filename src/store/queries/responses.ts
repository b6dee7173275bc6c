import type { LinkRelation } from '../../model/vocabulary/development.ts'
import { alias, eq, inArray, sql } from '../schema/drizzle.ts'
import { links, revisions } from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { BATCH, batch, type BatchKey, batchRead, type BatchRow, openAt, type RowsOf, standing } from './batch.ts'
import { pick, unionAll } from './select.ts'

/*
 * Chains of responses are followed breadth first, one level of all chains at a time. One statement reads the links of the developments
 * reached last, each of them once; then every chain is extended in memory. A chain goes on to what its development answered, then to what
 * that answered, and separately to what answered it. The two directions never mix: two answers to one event are not in each other's chain.
 * A development is visited once per direction, which ends every cycle.
 */

/** The most links in one chain. */
export const CHAIN_MAX = 200

/** The greatest depth to which a chain is followed. */
export const DEPTH_MAX = 20

/** One link of a chain: `fromId` answered `toId`. */
export interface ChainRow extends BatchRow {
  readonly fromId: number
  readonly toId: number
  readonly relation: LinkRelation
  /** The number of links between the development and the farther end of this link, this link included. */
  readonly distance: number
}

/**
 * The chain of each development, nearest first; at one distance, what it answered before what answered it, each oldest first by the farther
 * end. Retracted developments are left out, except the one whose chain it is.
 */
export function readChains(reader: Reader, keys: readonly BatchKey[], depth: number): ChainRow[] {
  const known = new Map<string, readonly Tie[]>()
  const chains = keys.map(([id, asOf], parent) => new Chain({ id, asOf, parent }))
  for (let distance = 1; distance <= depth; distance++) {
    const open = chains.filter((chain) => chain.isOpen)
    if (open.length === 0) break
    addTies(reader, open, known)
    for (const chain of open) chain.extend(distance, known)
  }
  return chains.flatMap((chain) => chain.links)
}

/** 0: what it answered; 1: what answered it. */
type Direction = 0 | 1

const DIRECTIONS: readonly Direction[] = [0, 1]

/** A link to or from a development, with the place of the other end in the chronology. */
type Tie = RowsOf<typeof readTies>

class Chain {
  readonly links: ChainRow[] = []
  readonly #parent: number
  readonly #asOf: number
  readonly #visited: readonly [Set<number>, Set<number>]
  readonly #listed = new Set<string>()
  #reached: readonly [readonly number[], readonly number[]]

  constructor({ id, asOf, parent }: { id: number; asOf: number; parent: number }) {
    this.#parent = parent
    this.#asOf = asOf
    this.#visited = [new Set([id]), new Set([id])]
    this.#reached = [[id], [id]]
  }

  get isOpen(): boolean {
    return this.links.length < CHAIN_MAX && this.#reached.some((ids) => ids.length > 0)
  }

  /** The keys of the ties that the next step needs. */
  get keys(): readonly BatchKey[] {
    return DIRECTIONS.flatMap((direction) => this.#reached[direction].map((id) => [id, this.#asOf, direction] as const))
  }

  extend(distance: number, known: ReadonlyMap<string, readonly Tie[]>): void {
    const [answered, answering] = DIRECTIONS.map((direction) => this.#step(direction, distance, known))
    this.#reached = [answered ?? [], answering ?? []]
  }

  /** Adds the links of the developments reached last, and returns the developments that they newly lead to. */
  #step(direction: Direction, distance: number, known: ReadonlyMap<string, readonly Tie[]>): number[] {
    const ties = this.#reached[direction].flatMap((id) => known.get([id, this.#asOf, direction].join()) ?? [])
    const reached: number[] = []
    for (const { relation, fromId, toId, otherId } of ties.toSorted(chronological)) {
      const mark = `${fromId} ${relation} ${toId}`
      if (!this.#listed.has(mark) && this.links.length < CHAIN_MAX) {
        this.#listed.add(mark)
        this.links.push({ parent: this.#parent, asOf: this.#asOf, fromId, toId, relation, distance })
      }
      if (this.#visited[direction].has(otherId)) continue
      this.#visited[direction].add(otherId)
      reached.push(otherId)
    }
    return reached
  }
}

function chronological(a: Tie, b: Tie): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1
  return a.otherId - b.otherId
}

/** Adds the ties that the chains need and nothing has read yet. */
function addTies(reader: Reader, chains: readonly Chain[], known: Map<string, readonly Tie[]>): void {
  const keys = new Map(chains.flatMap((chain) => chain.keys.map((key) => [key.join(), key] as const)))
  const unknown = [...keys].filter(([name]) => !known.has(name))
  const found = unknown.map((): Tie[] => [])
  for (const tie of readTies(
    reader,
    unknown.map(([, key]) => key),
  )) {
    found[tie.parent]?.push(tie)
  }
  unknown.forEach(([name], index) => known.set(name, found[index] ?? []))
}

const RESPONDS = inArray(links.relation, ['IN_RESPONSE_TO', 'RECIPROCATES', 'REVERSES'])

const own = alias(revisions, 'own')

const TIE = {
  ...BATCH,
  ...pick(links, 'relation', 'ordinal'),
  fromId: links.developmentId,
  toId: links.targetId,
}

/** By direction, the part of the key. A chain needs no more of the answers to one development than its own maximum, the first ones. */
const readTies = batchRead(
  unionAll(
    [
      { ...TIE, otherId: links.targetId, sort: revisions.sort },
      sql`from ${batch} cross join ${revisions} ${own} on ${eq(own.developmentId, batch.id)} and ${openAt(own)}
        cross join ${links} on ${eq(links.revisionId, own.id)} and ${RESPONDS}
        cross join ${revisions} on ${eq(revisions.developmentId, links.targetId)} and ${openAt(revisions)}
          and ${eq(revisions.retracted, 0)}
        where ${eq(batch.part, 0)}`,
    ],
    [
      { ...TIE, otherId: links.developmentId, sort: links.sort },
      sql`from ${batch} cross join ${links} on (${links.revisionId}, ${links.ordinal}) in
          (select ${links.revisionId}, ${links.ordinal} from ${links}
            where ${eq(links.targetId, batch.id)} and ${standing(links)} and ${RESPONDS}
            order by ${links.sort}, ${links.developmentId}, ${links.revisionId}, ${links.ordinal} limit ${CHAIN_MAX})
        where ${eq(batch.part, 1)}`,
    ],
    ['parent', 'sort', 'otherId', 'ordinal'],
  ),
)
