import {
  type DevelopmentRow,
  type LinkRow,
  LINKS_TO,
  readDevelopments,
  readLinks,
} from '../../store/queries/developments.ts'
import { listParameter } from '../../store/queries/select.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { connectionType, paging, sharedConnection, perPage } from '../core/connection.ts'
import { askedOfRevision, Development } from './development.ts'
import { LinkRelation } from '../core/enums.ts'

const DevelopmentLink = builder.objectRef<LinkRow>('DevelopmentLink').implement({
  description:
    'A tie between two developments. The relation reads from the one that carries the link to the one it names.',
  fields: (t) => ({
    relation: t.expose('relation', {
      type: LinkRelation,
      description: 'How the development that carries the link stands to the one it names.',
    }),
    development: t.field({
      type: Development,
      description:
        'The other end: of `links`, the one named; of `linkedFrom`, the one that carries the link. It may have been retracted since it was named.',
      resolve: (link, _, { reader }) =>
        one(link, 'development', {
          to: ({ otherId, asOf }) => [otherId, asOf],
          read: (asked) => readDevelopments(reader, asked),
        }),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
  }),
})

const DevelopmentLinkConnection = connectionType(DevelopmentLink, { name: 'DevelopmentLink', of: 'links' })

const relationsOnly = 'Only these relations; an empty list restricts nothing.'

builder.interfaceFields(Development, (t) => ({
  links: t.field({
    type: [DevelopmentLink],
    description: 'How it stands to other developments, as recorded with it.',
    args: { relations: t.arg({ type: [LinkRelation], description: relationsOnly }) },
    resolve: (development, { relations }, { reader }) =>
      many(development, `links ${relations?.join() ?? ''}`, (all) =>
        readLinks(reader, all.map(askedOfRevision), relations),
      ),
  }),
  linkedFrom: t.field({
    type: DevelopmentLinkConnection,
    complexity: perPage,
    description: 'The links that other standing developments have to it, the oldest of these first.',
    args: { relations: t.arg({ type: [LinkRelation], description: relationsOnly }), ...paging },
    resolve: (development, { relations, ...request }, { reader }) =>
      sharedConnection<DevelopmentRow, LinkRow>(development, LINKS_TO, {
        reader,
        to: askedOf,
        request,
        parameters: { relations: listParameter(relations) },
      }),
  }),
}))
