import { DemarcheError } from '../../model/errors.ts'
import {
  type DevelopmentRow,
  type LinkRow,
  LINKS_TO,
  readDevelopments,
  readLinks,
} from '../../store/queries/developments.ts'
import { CHAIN_MAX, type ChainRow, DEPTH_MAX, readChains, type ResponseChain } from '../../store/queries/responses.ts'
import { listParameter } from '../../store/queries/select.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asBatchBelow, load, loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, paging } from '../core/connection.ts'
import { LinkRelation } from '../core/enums.ts'
import { partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import { recordKey, revisionKey, toOne } from '../core/relation.ts'
import { NOTE } from './development-parts.ts'
import { Development } from './development.ts'

const DevelopmentLink = builder.objectRef<LinkRow>('DevelopmentLink').implement({
  description:
    'A link between two developments. Read the relation from the development that carries the link to the one it names.',
  fields: (t) => ({
    id: t.id(partId<LinkRow>(({ isFrom }) => (isFrom === 1 ? 'linked-from' : 'links'))),
    relation: t.expose('relation', {
      type: LinkRelation,
      description: 'How the development that carries the link relates to the one it names.',
    }),
    development: t.field({
      type: Development,
      description:
        'The other development: in `links`, the one that is named; in `linkedFrom`, the one that carries the link. It may have been retracted since.',
      resolve: toOne('otherId', readDevelopments),
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
  }),
})

const DevelopmentLinkConnection = connectionType(DevelopmentLink, 'DevelopmentLink', 'links')

/** One link of a chain of responses. */
const ChainLink = builder.objectRef<ChainRow>('ChainLink').implement({
  description: 'A link of a chain of responses: a development that responds, and what it responds to.',
  fields: (t) => ({
    from: t.field({
      type: Development,
      description: 'The development that responds. It carries the link.',
      resolve: toOne('fromId', readDevelopments),
    }),
    relation: t.expose('relation', {
      type: LinkRelation,
      description: 'How it responds: IN_RESPONSE_TO, RECIPROCATES or REVERSES.',
    }),
    to: t.field({
      type: Development,
      description: 'The development that it responds to.',
      resolve: toOne('toId', readDevelopments),
    }),
    distance: t.exposeInt('distance', {
      description:
        'The number of links from the development that was queried to the far end of this link. A link that starts or ends there has distance 1.',
    }),
  }),
})

const relationsArgument = builder.args((t) => ({
  relations: t.field({ type: [LinkRelation], description: 'Only these relations. An empty list matches all.' }),
}))

const depthArgument = builder.args((t) => ({
  depth: t.int({
    required: true,
    defaultValue: 5,
    description: `The greatest distance, 1 to ${DEPTH_MAX}. Other values are refused with BAD_DEPTH.`,
  }),
}))

builder.interfaceFields(Development, (t) => ({
  links: t.field({
    type: [DevelopmentLink],
    description: 'Its links to other developments, as recorded.',
    args: relationsArgument,
    resolve: (development, { relations }, { reader }) =>
      loadMany(development, `links ${relations?.join() ?? ''}`, (all) =>
        readLinks(reader, all.map(revisionKey), relations),
      ),
  }),
  linkedFrom: t.field({
    type: DevelopmentLinkConnection,
    extensions: costs(perPage),
    description:
      'The links of other standing developments to it, by the date of those developments, oldest first, with unknown starts last.',
    args: { ...relationsArgument, ...paging },
    resolve: (development, { relations, ...request }, { reader }) =>
      connectionBelow(development, LINKS_TO, { reader, request, parameters: { relations: listParameter(relations) } }),
  }),
  responseChain: t.field({
    type: [ChainLink],
    extensions: costs({ field: 20, items: 20 }),
    description: `The chain of responses through it, in both directions over IN_RESPONSE_TO, RECIPROCATES and REVERSES: what it responds to, what that responds to, and so on, and the responses to it, the responses to those, and so on. Other responses to the same development are not in the chain. Nearest first; at one distance, what it responds to comes before the responses to it, each by date, oldest first. Each link appears once, at its smallest distance, so cycles end. Retracted developments are skipped. Empty if there is no response in either direction. At most ${CHAIN_MAX} links, the nearest ones: see \`responseChainHasMore\`.`,
    args: depthArgument,
    resolve: (development, { depth }, { reader }) => loadChain(reader, development, depth).links,
  }),
  responseChainHasMore: t.boolean({
    nullable: true,
    extensions: costs({ field: 40 }),
    description: `Whether \`responseChain\` of this depth leaves out links: those beyond \`depth\`, or beyond the nearest ${CHAIN_MAX}.`,
    args: depthArgument,
    resolve: (development, { depth }, { reader }) => loadChain(reader, development, depth).isCut,
  }),
}))

function loadChain(reader: Reader, development: DevelopmentRow, depth: number): ResponseChain {
  return load(development, `responses ${depth}`, (all: readonly DevelopmentRow[]) => {
    const chains = readChains(reader, all.map(recordKey), checkDepth(depth))
    asBatchBelow(
      development,
      chains.flatMap(({ links }) => links),
    )
    return chains
  })
}

function checkDepth(depth: number): number {
  if (depth >= 1 && depth <= DEPTH_MAX) return depth
  throw new DemarcheError('BAD_DEPTH', `\`depth\` is ${depth}. Pass a whole number from 1 to ${DEPTH_MAX}.`)
}
