import { idsOfKeys } from '../../store/search/keys.ts'
import {
  CURRENT_MAX,
  currentPositions,
  type PositionRow,
  POSITIONS_OF_ACTOR,
  POSITIONS_ON_CLAIM,
  readPositionsOnClaims,
  readPositionsTaken,
} from '../../store/queries/positions.ts'
import { type ActorRow, type ClaimRow, readActors, readClaims } from '../../store/queries/reference-records.ts'
import { readCitations, readQuotes } from '../../store/queries/development-parts.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { Claim } from './claim.ts'
import { askedOf, many, one, oneOrNone, share } from '../core/batch-loader.ts'
import { connectionType, paging, sharedConnection, perPage } from '../core/connection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { onDay } from './demand.ts'
import { Citation } from './development-parts.ts'
import { developmentOf } from '../core/development-reference.ts'
import { askedOfRevision } from './development.ts'
import { Attribution, Stance } from '../core/enums.ts'
import { Quote, Statement } from './statement.ts'

export const Position = builder.objectRef<PositionRow>('Position').implement({
  description:
    'What a holder made of a contested claim on one occasion. Nothing is overwritten: a later position stands beside the earlier ones.',
  fields: (t) => ({
    claim: t.field({
      type: Claim,
      description: 'The claim.',
      resolve: (position, _, { reader }) =>
        one(position, 'claim', {
          to: ({ claimId, asOf }) => [claimId, asOf],
          read: (asked) => readClaims(reader, asked),
        }),
    }),
    holder: t.field({
      type: Actor,
      description:
        'Whose position it is. Office-holders and organs in function hold for the state they act for; analysts and outlets for themselves.',
      resolve: (position, _, { reader }) =>
        one(position, 'holder', {
          to: ({ holderId, asOf }) => [holderId, asOf],
          read: (asked) => readActors(reader, asked),
        }),
    }),
    stance: t.expose('stance', { type: Stance, description: 'What the holder makes of the claim.' }),
    attribution: t.expose('attribution', {
      type: Attribution,
      description: 'How closely the position rests on the holder’s own words.',
    }),
    alternative: t.field({
      type: Claim,
      nullable: true,
      description: 'The rival claim that is offered instead; null where none is.',
      resolve: (position, _, { reader }) =>
        oneOrNone(position, 'alternative', {
          to: ({ alternativeId, asOf }) => (alternativeId === null ? null : [alternativeId, asOf]),
          read: (asked) => readClaims(reader, asked),
        }),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
    date: t.field({
      type: UncertainDate,
      description: 'When it was taken: the date of the statement.',
      resolve: ({ edtf, dateNote }) => dateOf(edtf, dateNote),
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement in which it was taken.',
      resolve: (position, _, { reader }, info) =>
        developmentOf(position, 'statement', { to: ({ developmentId, asOf }) => [developmentId, asOf], reader, info }),
    }),
    citations: t.field({
      type: [Citation],
      description: 'The citation that shows it, where one is named for it; else all of the statement’s.',
      resolve: (position, _, { reader }) =>
        many(position, 'citations', (positions) => readCitations(reader, positions.map(askedOfEvidence))),
    }),
    quotes: t.field({
      type: [Quote],
      description:
        'Where a citation is named for it, the statement’s quotes from that source; else all of the statement’s quotes.',
      resolve: (position, _, { reader }) =>
        many(position, 'quotes', (positions) => readQuotes(reader, positions.map(askedOfEvidence))),
    }),
  }),
})

/** The part is the source named for it, if one is. */
function askedOfEvidence({ revisionId, asOf, sourceId }: PositionRow) {
  return [revisionId, asOf, sourceId] as const
}

const PositionConnection = connectionType(Position, { name: 'Position', of: 'positions' })

builder.objectField(Statement, 'positions', (t) =>
  t.field({
    type: [Position],
    description: 'The positions taken in it, as recorded; one a holder where several speak.',
    resolve: (statement, _, { reader }) =>
      many(statement, 'positions', (all) => readPositionsTaken(reader, all.map(askedOfRevision))),
  }),
)

builder.objectField(Actor, 'positions', (t) =>
  t.field({
    type: PositionConnection,
    complexity: perPage,
    description: 'Every position it ever took on any claim, oldest first; those of unknown date come last.',
    args: paging,
    resolve: (actor, request, { reader }) =>
      sharedConnection<ActorRow, PositionRow>(actor, POSITIONS_OF_ACTOR, { reader, to: askedOf, request }),
  }),
)

builder.objectFields(Claim, (t) => ({
  positions: t.field({
    type: PositionConnection,
    complexity: perPage,
    description: 'Every position ever taken on it, oldest first; those of unknown date come last.',
    args: {
      holder: t.arg({
        type: 'Key',
        description: 'Only those of this actor. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (claim, { holder, ...request }, { reader }) => {
      const holderId =
        holder == null
          ? null
          : share(claim, `id of ${holder}`, (claims) => {
              const [id] = idsOfKeys(reader, 'actor', [holder])
              return claims.map(() => id ?? null)
            })
      return sharedConnection<ClaimRow, PositionRow>(claim, POSITIONS_ON_CLAIM, {
        reader,
        to: askedOf,
        request,
        parameters: { holderId },
      })
    },
  }),
  currentPositions: t.field({
    type: [Position],
    nullable: true,
    complexity: { field: 20, multiplier: 10 },
    description: `The current position of each holder, one a holder, in the order of their first positions on it: the one whose date begins last, of these the one whose date ends last, then the one that entered last. An unknown beginning never wins over a known one, and what is CHARACTERISED or INFERRED never displaces what is QUOTED or PARAPHRASED. Past ${CURRENT_MAX.toLocaleString('en')} positions on the claims of one list it is refused with CLAIMS_TOO_LARGE.`,
    args: { on: t.arg({ type: 'Date', description: onDay }) },
    resolve: (claim, { on }, { reader }) =>
      many(claim, `current positions ${on ?? ''}`, () =>
        // Copies, so that what is asked of current positions is not read for all of them.
        currentPositions(positionsOnAll(claim, reader), on ?? null).map((position) => ({ ...position })),
      ),
  }),
}))

/** The positions ever taken on the claims that were read together with this one, read once whatever days are asked about. */
function positionsOnAll(claim: ClaimRow, reader: Reader): readonly PositionRow[] {
  return share(claim, 'positions on all', (claims: readonly ClaimRow[]) => {
    const positions = readPositionsOnClaims(reader, claims.map(askedOf))
    return claims.map(() => positions)
  })
}
