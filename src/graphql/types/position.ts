import type { PageRequest } from '../../store/queries/keyset.ts'
import { readCitations, readQuotes } from '../../store/queries/development-parts.ts'
import {
  CURRENT_MAX,
  currentPositions,
  type PositionRow,
  POSITIONS_OF_ACTOR,
  POSITIONS_ON_CLAIM,
  readPositionsOnClaims,
  readPositionsTaken,
  readPreviousPositions,
} from '../../store/queries/positions.ts'
import { type ClaimRow, readActors, readClaims } from '../../store/queries/reference-records.ts'
import { load, loadMany, loadOneOrNull } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, paging } from '../core/connection.ts'
import { Attribution, Stance } from '../core/enums.ts'
import { partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import {
  idOfKey,
  partKey,
  recordKey,
  revisionKey,
  toDevelopment,
  toMany,
  toOne,
  toOneOrNull,
} from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from './actor.ts'
import { Claim } from './claim.ts'
import { onArgument } from './demand.ts'
import { Citation, NOTE } from './development-parts.ts'
import { Quote, Statement } from './statement.ts'

/** Which of several positions is current; for descriptions. */
export const CURRENT_POSITION =
  'the one with the latest start, then the latest end, then the latest time of day, then the latest entry. A known start always wins over an unknown one, and a position that is CHARACTERISED or INFERRED never displaces one that is QUOTED or PARAPHRASED.'

export const Position = builder.objectRef<PositionRow>('Position')

Position.implement({
  description:
    'The position of a holder on a contested claim on one occasion. Nothing is overwritten: later positions are added to earlier ones.',
  fields: (t) => ({
    id: t.id(partId('positions')),
    claim: t.field({ type: Claim, description: 'The claim.', resolve: toOne('claimId', readClaims) }),
    holder: t.field({
      type: Actor,
      description:
        'The actor whose position it is. Office-holders and organs acting officially hold positions for their state; analysts and outlets hold their own.',
      resolve: toOne('holderId', readActors),
    }),
    stance: t.expose('stance', { type: Stance, description: 'The attitude of the holder to the claim.' }),
    attribution: t.expose('attribution', {
      type: Attribution,
      description: 'How closely the position follows the holder’s own words.',
    }),
    alternative: t.field({
      type: Claim,
      nullable: true,
      description: 'The rival claim put in its place. Null if there is none.',
      resolve: toOneOrNull('alternativeId', readClaims),
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
    date: t.field({
      type: UncertainDate,
      description: 'When it was taken: the date of the statement.',
      resolve: (position) => dateOf(position.edtf, position.dateNote, position),
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement in which it was taken.',
      resolve: toDevelopment('developmentId'),
    }),
    citations: t.field({
      type: [Citation],
      description: 'The citation that shows the position if it names one, else all citations of the statement.',
      resolve: toMany('citations', readCitations, evidenceKey),
    }),
    quotes: t.field({
      type: [Quote],
      description:
        'The quotes from the source of its citation if the position names one, else all quotes of the statement.',
      resolve: toMany('quotes', readQuotes, evidenceKey),
    }),
    previous: t.field({
      type: Position,
      nullable: true,
      description:
        'The position before it of the same holder on the same claim: the last one that is earlier by date, then by entry. An unknown start counts as earlier than every known one. Null for the first position.',
      resolve: (position, _, { reader }): PositionRow | null =>
        loadOneOrNull(position, 'previous', {
          to: partKey,
          read: (keys) => readPreviousPositions(reader, keys),
        }),
    }),
  }),
})

/** The part is the source that the position names, if any. */
function evidenceKey({ revisionId, asOf, sourceId }: PositionRow) {
  return [revisionId, asOf, sourceId] as const
}

const PositionConnection = connectionType(Position, 'Position', 'positions')

builder.objectField(Statement, 'positions', (t) =>
  t.field({
    type: [Position],
    description: 'The positions taken in it, as recorded. Several speakers have one position each.',
    resolve: toMany('positions', readPositionsTaken, revisionKey),
  }),
)

builder.objectField(Actor, 'positions', (t) =>
  t.field({
    type: PositionConnection,
    extensions: costs((request: PageRequest) => ({ ...perPage(request), field: 10, scan: 30 })),
    description: 'Every position of the actor on any claim, oldest first, with unknown dates last.',
    args: paging,
    resolve: (actor, request, { reader }) => connectionBelow(actor, POSITIONS_OF_ACTOR, { reader, request }),
  }),
)

builder.objectFields(Claim, (t) => ({
  positions: t.field({
    type: PositionConnection,
    extensions: costs((request: PageRequest) => ({ ...perPage(request), field: 10, scan: 30 })),
    description: 'Every position on the claim, oldest first, with unknown dates last.',
    args: {
      holder: t.arg({
        type: 'Key',
        description: 'Only positions of this actor. An unknown key is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (claim, { holder, ...request }, { reader }) => {
      const holderId = load(claim, `id of ${holder ?? ''}`, (claims) => {
        const id = idOfKey(reader, 'actor', holder)
        return claims.map(() => id)
      })
      return connectionBelow(claim, POSITIONS_ON_CLAIM, { reader, request, parameters: { holderId } })
    },
  }),
  currentPositions: t.field({
    type: [Position],
    nullable: true,
    extensions: costs({ field: 20, items: 10 }),
    description: `The current position of each holder, in the order of the holders’ first positions: ${CURRENT_POSITION} More than ${CURRENT_MAX.toLocaleString('en')} positions on the claims of one list are refused with CLAIMS_TOO_LARGE.`,
    args: onArgument,
    resolve: (claim, { on }, { reader }) => {
      // The positions on all claims of the batch are read once for all days.
      const positions = load(claim, 'positions on all claims', (claims: readonly ClaimRow[]) => {
        const all = readPositionsOnClaims(reader, claims.map(recordKey))
        return claims.map(() => all)
      })
      return loadMany(claim, `current positions ${on ?? ''}`, () =>
        // Copies: what is selected of current positions is not read for all positions.
        currentPositions(positions, on ?? null).map((position) => ({ ...position })),
      )
    },
  }),
}))
