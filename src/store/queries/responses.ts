import { alias, eq, inArray, sql } from '../schema/drizzle.ts'
import { links, revisions } from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { BATCH, batch, type BatchKey, batchRead, type BatchRow, openAt, type RowsOf, standing } from './batch.ts'
import { pick, unionAll } from './select.ts'

/*
 * Chains of responses are followed breadth first, one level of all chains at a time. One query reads the links of the developments
 * reached last, each of them once; then every chain is extended in memory. A chain goes on to what its development answered, then to what
 * that answered, and separately to what answered it. The two directions never mix: two answers to one event are not in each other's chain.
 * A development is visited once per direction, which ends every cycle.
 */

/** The most links in one chain. */
export const CHAIN_MAX = 200

/** The greatest depth to which a chain is followed. */
export const DEPTH_MAX = 20

/** One link of a chain: `fromId` answered `toId`. */
export interface ChainRow extends BatchRow, Pick<Tie, 'fromId' | 'toId' | 'relation'> {
  /** The number of links between the development and the farther end of this link, this link included. */
  readonly distance: number
}

/**
 * The chain of each development, nearest first; at one distance, what it answered before what answered it, each oldest first by the farther
 * end. Retracted developments are left out, except the one whose chain it is.
 */
export function readChains(reader: Reader, keys: readonly BatchKey[], depth: number): ResponseChain[] {
  // A link beyond the depth shows that the chain is cut.
  return followChains(reader, keys, depth + 1).map(({ links: found }) => {
    const within = [...found.values()].filter(({ distance }) => distance <= depth)
    return { links: within.slice(0, CHAIN_MAX), isCut: found.size > Math.min(within.length, CHAIN_MAX) }
  })
}

export interface ResponseChain {
  readonly links: readonly ChainRow[]
  /** Whether links are left out: those beyond the depth, or beyond {@link CHAIN_MAX}. */
  readonly isCut: boolean
}

/** One link more than a chain may have shows that it is cut. */
const LINKS_FOLLOWED = CHAIN_MAX + 1

function followChains(reader: Reader, keys: readonly BatchKey[], depth: number): Chain[] {
  const ties = new Map<string, Tie[]>()
  const chains = keys.map(([id, asOf], parent): Chain => {
    const ends = DIRECTIONS.map((direction): End => ({
      direction,
      visited: new Set([id]),
      reached: [[id, asOf, direction]],
    }))
    return { parent, asOf, links: new Map(), ends }
  })
  for (let distance = 1; distance <= depth; distance++) {
    const open = chains.filter(
      ({ links: { size }, ends }) => size < LINKS_FOLLOWED && ends.some((end) => end.reached.length > 0),
    )
    if (open.length === 0) break
    addTies(reader, open, ties)
    for (const chain of open) for (const end of chain.ends) extend(chain, end, { distance, ties })
  }
  return chains
}

const DIRECTIONS = [0, 1] as const

interface Chain {
  readonly parent: number
  readonly asOf: number
  /** In order, by what they link. */
  readonly links: Map<string, ChainRow>
  readonly ends: readonly End[]
}

/** One direction of a chain: 0 for what its development answered, 1 for what answered it. */
interface End {
  readonly direction: 0 | 1
  readonly visited: Set<number>
  /** The developments reached last, as keys of {@link readTies}. */
  reached: BatchKey[]
}

/** A link to or from a development, with the sort key of the other end. */
type Tie = RowsOf<typeof readTies>

/** Reads the ties of the developments reached last, except those that were read before. */
function addTies(reader: Reader, chains: readonly Chain[], ties: Map<string, Tie[]>): void {
  const keys = new Map(chains.flatMap(({ ends }) => ends.flatMap((end) => end.reached)).map((key) => [key.join(), key]))
  const unread = [...keys].filter(([name]) => !ties.has(name))
  for (const [name] of unread) ties.set(name, [])
  const read = readTies(
    reader,
    unread.map(([, key]) => key),
  )
  for (const tie of read) ties.get(unread[tie.parent]?.[0] ?? '')?.push(tie)
}

/** Adds the links of the developments reached last, and goes on to the developments that they newly lead to. */
function extend(
  { parent, asOf, links: found }: Chain,
  end: End,
  { distance, ties }: { readonly distance: number; readonly ties: ReadonlyMap<string, readonly Tie[]> },
): void {
  const next = end.reached.flatMap((key) => ties.get(key.join()) ?? []).toSorted(chronological)
  end.reached = []
  for (const { relation, fromId, toId, otherId } of next) {
    const name = `${fromId} ${relation} ${toId}`
    if (!found.has(name) && found.size < LINKS_FOLLOWED)
      found.set(name, { parent, asOf, fromId, toId, relation, distance })
    if (end.visited.has(otherId)) continue
    end.visited.add(otherId)
    end.reached.push([otherId, asOf, end.direction])
  }
}

function chronological(a: Tie, b: Tie): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1
  return a.otherId - b.otherId
}

const RESPONDS = inArray(links.relation, ['IN_RESPONSE_TO', 'RECIPROCATES', 'REVERSES'])

const own = alias(revisions, 'own')

const TIE = {
  ...BATCH,
  ...pick(links, 'relation', 'ordinal'),
  fromId: links.developmentId,
  toId: links.targetId,
}

/** The part of a key is the direction. Of the answers to one development, a chain needs the first {@link LINKS_FOLLOWED}. */
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
            order by ${links.sort}, ${links.developmentId}, ${links.revisionId}, ${links.ordinal} limit ${LINKS_FOLLOWED})
        where ${eq(batch.part, 1)}`,
    ],
    ['parent', 'sort', 'otherId', 'ordinal'],
  ),
)
