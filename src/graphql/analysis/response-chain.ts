import { DemarcheError } from '../../model/errors.ts'
import { readDevelopments } from '../../store/queries/developments.ts'
import { CHAIN_MAX, type ChainRow, DEPTH_MAX, readChains } from '../../store/queries/responses.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { Development } from '../types/development.ts'
import { LinkRelation } from '../core/enums.ts'

const ChainLink = builder.objectRef<ChainRow>('ChainLink').implement({
  description: 'One step of a chain of responses: a development that answered, and what it answered.',
  fields: (t) => ({
    from: t.field({
      type: Development,
      description: 'The development that answered: it carries the link.',
      resolve: (link, _, { reader }) =>
        one(link, 'from', {
          to: ({ fromId, asOf }) => [fromId, asOf],
          read: (asked) => readDevelopments(reader, asked),
        }),
    }),
    relation: t.expose('relation', {
      type: LinkRelation,
      description: 'How it answered: IN_RESPONSE_TO, RECIPROCATES or REVERSES.',
    }),
    to: t.field({
      type: Development,
      description: 'What it answered.',
      resolve: (link, _, { reader }) =>
        one(link, 'to', { to: ({ toId, asOf }) => [toId, asOf], read: (asked) => readDevelopments(reader, asked) }),
    }),
    distance: t.exposeInt('distance', {
      description:
        'How many steps its farther end lies from the development that was asked: 1 where it starts or ends there.',
    }),
  }),
})

builder.interfaceField(Development, 'responseChain', (t) =>
  t.field({
    type: [ChainLink],
    complexity: { field: 20, multiplier: 20 },
    description: `What it answered and what answered it, step by step both ways over IN_RESPONSE_TO, RECIPROCATES and REVERSES: what that answered in its turn, and what answered the answers. Another answer to the same development is not in the chain. Nearest first; at one distance what it answered before what answered it, each by date, oldest first. Each link is told once, at its least distance, so a circle of answers ends. Retracted developments are passed over. Empty where nothing answered it and it answers nothing; at most ${CHAIN_MAX} links, the nearest.`,
    args: {
      depth: t.arg.int({
        required: true,
        defaultValue: 5,
        description: `How many steps to go, 1 to ${DEPTH_MAX}; anything else is refused with BAD_DEPTH.`,
      }),
    },
    resolve: (development, { depth }, { reader }) => {
      if (depth < 1 || depth > DEPTH_MAX) {
        throw new DemarcheError('BAD_DEPTH', `depth is ${depth}; give a whole number from 1 to ${DEPTH_MAX}`)
      }
      return many(development, `responses ${depth}`, (all) => readChains(reader, all.map(askedOf), depth))
    },
  }),
)
