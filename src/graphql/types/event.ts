import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { builder } from '../core/builder.ts'
import { connectionType } from '../core/connection.ts'
import { Development, rootListArguments, listDevelopments } from './development.ts'
import { EventKind } from '../core/enums.ts'
import { perDevelopments } from '../core/list-cost.ts'
import { Node } from '../core/node.ts'

const Event = builder.objectRef<DevelopmentRow>('Event').implement({
  description: 'Something that happened or was found, other than a saying or a measure.',
  interfaces: [Node, Development],
  fields: (t) => ({
    eventKind: t.field({
      type: EventKind,
      description: 'What sort of event it is.',
      resolve: ({ eventKind, key }) => eventKind ?? lacks(key),
    }),
  }),
})

function lacks(key: string): never {
  throw new Error(`the event ${key} has no kind`)
}

const EventConnection = connectionType(Event, { name: 'Event', of: 'events' })

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    complexity: perDevelopments,
    description: 'Developments that are events.',
    args: {
      ...rootListArguments,
      eventKinds: t.arg({
        type: [EventKind],
        description: 'Only events of these kinds, besides what the filter asks; an empty list restricts nothing.',
      }),
    },
    resolve: (_, { eventKinds, ...args }, context, info) =>
      listDevelopments(args, { context, info, also: { kinds: ['EVENT'], eventKinds } }),
  }),
)
