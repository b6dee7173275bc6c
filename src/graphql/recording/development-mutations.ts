import type { ObjectRef } from '@pothos/core'
import type { Recorded } from '../../dossier/recording/recorder.ts'
import {
  AlreadyRetractedError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  KeyTakenError,
  RevisionConflictError,
} from '../../dossier/recording/refusals.ts'
import { article, UnknownKeyError } from '../../model/errors.ts'
import { DEVELOPMENT_KINDS, type DevelopmentRecordKind } from '../../model/records/definitions.ts'
import { type DevelopmentRow, readDevelopmentByKey } from '../../store/queries/developments.ts'
import { asBatch } from '../core/batch-loader.ts'
import { builder, type Types } from '../core/builder.ts'
import type { Context } from '../core/context.ts'
import { AmendmentKind } from '../core/enums.ts'
import { costs } from '../cost/query-cost.ts'
import { Development, Event } from '../types/development.ts'
import { Measure } from '../types/measure.ts'
import { Statement } from '../types/statement.ts'
import { CURSOR, deskOf, idempotencyKey, RECORDING_COST } from './desk.ts'
import { recordInput } from './record-inputs.ts'
import { resultOf } from './results.ts'

/** A development as it was recorded. */
interface Answer {
  readonly development: DevelopmentRow
  readonly seq: number
}

const TYPES: Readonly<Record<DevelopmentRecordKind, ObjectRef<Types, DevelopmentRow>>> = {
  event: Event,
  statement: Statement,
  measure: Measure,
}

const expectedRevision =
  'The revision that the change is made to, as `revision` of the development gave it. Refused with RevisionConflict if it is not the current one.'

for (const kind of DEVELOPMENT_KINDS) {
  const name = TYPES[kind].name
  const { input, patch, record, patched } = recordInput(kind)
  const recorded = resultOf(`Record${name}`, answerType(`${name}Recorded`, kind, `${name} recorded.`), [
    InvalidInputError,
    KeyTakenError,
    IdempotencyKeyReusedError,
  ])
  const amended = resultOf(
    `Amend${name}`,
    answerType(`${name}Amended`, kind, `${name} amended, or left as it was because the patch changes nothing.`),
    [InvalidInputError, UnknownKeyError, RevisionConflictError, AlreadyRetractedError, IdempotencyKeyReusedError],
  )
  builder.mutationFields((t) => ({
    [`record${name}`]: t.field({
      type: recorded.type,
      extensions: costs(RECORDING_COST),
      description: `Records ${article(kind)} under a new key. Everything that it refers to must be recorded before.`,
      args: { input: t.arg({ type: input, required: true, description: `The ${kind}.` }), ...idempotencyKey },
      resolve: (_, args, context) =>
        recorded.answer(context, async () => {
          const { recorder, as } = deskOf(context, `record${name}`, args)
          return answerOf(await recorder.record(kind, record('input', args.input), as), context)
        }),
    }),
    [`amend${name}`]: t.field({
      type: amended.type,
      extensions: costs(RECORDING_COST),
      description: `Adds a revision to ${article(kind)}. Records nothing if the patch changes nothing.`,
      args: {
        key: t.arg({ type: 'Key', required: true, description: `The key of ${article(kind)}.` }),
        expectedRevision: t.arg.int({ required: true, description: expectedRevision }),
        kind: t.arg({ type: AmendmentKind, required: true, defaultValue: 'REVISED', description: 'Why it changes.' }),
        note: t.arg.string({
          required: true,
          description: 'What changes and why, for readers, in at most 2,000 characters.',
        }),
        patch: t.arg({ type: patch, required: true, description: 'The fields that change.' }),
        ...idempotencyKey,
      },
      resolve: (_, args, context) =>
        amended.answer(context, async () => {
          const { recorder, as } = deskOf(context, `amend${name}`, args)
          const amendment = { ...args, patch: patched('patch', args.patch) }
          return answerOf(await recorder.amend(kind, args.key, amendment, as), context)
        }),
    }),
  }))
}

const Retracted = builder.objectRef<Answer>('DevelopmentRetracted').implement({
  description: 'A development retracted.',
  fields: (t) => ({
    development: t.field({
      type: Development,
      description: 'The development, with its last content and its retraction.',
      resolve: ({ development }) => development,
    }),
    cursor: t.field({ type: 'FeedCursor', description: CURSOR, resolve: ({ seq }, _, { cursorAt }) => cursorAt(seq) }),
  }),
})

const retracted = resultOf('RetractDevelopment', Retracted, [
  InvalidInputError,
  UnknownKeyError,
  RevisionConflictError,
  AlreadyRetractedError,
  IdempotencyKeyReusedError,
])

builder.mutationField('retractDevelopment', (t) =>
  t.field({
    type: retracted.type,
    extensions: costs(RECORDING_COST),
    description:
      'Withdraws a development of any kind, for good. It stays readable by its key, with the reason, and no longer counts.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of a development.' }),
      expectedRevision: t.arg.int({ required: true, description: expectedRevision }),
      reason: t.arg.string({ required: true, description: 'Why it is withdrawn, in at most 2,000 characters.' }),
      ...idempotencyKey,
    },
    resolve: (_, args, context) =>
      retracted.answer(context, async () => {
        const { recorder, as } = deskOf(context, 'retractDevelopment', args)
        return answerOf(await recorder.retract(args.key, args, as), context)
      }),
  }),
)

function answerType(name: string, kind: DevelopmentRecordKind, description: string): ObjectRef<Types, Answer> {
  return builder.objectRef<Answer>(name).implement({
    description,
    fields: (t) => ({
      [kind]: t.field({
        type: TYPES[kind],
        description: `The ${kind} as it was recorded.`,
        resolve: ({ development }) => development,
      }),
      cursor: t.field({
        type: 'FeedCursor',
        description: CURSOR,
        resolve: ({ seq }, _, { cursorAt }) => cursorAt(seq),
      }),
    }),
  })
}

function answerOf({ key, seq }: Recorded, context: Context): Answer {
  context.readFrom(seq)
  const development = readDevelopmentByKey(context.reader, key, seq)
  if (development === undefined) throw new Error(`${key} was recorded as change ${seq} and cannot be read`)
  // A repeated mutation has the first answer, which may be a past state by now.
  const head = context.store.head()
  const current = head === seq ? development : readDevelopmentByKey(context.reader, key, head)
  asBatch([development], { pinned: current?.revisionId !== development.revisionId })
  return { development, seq }
}
