import type { ObjectRef } from '@pothos/core'
import {
  IdempotencyKeyReusedError,
  InvalidInputError,
  RevisionConflictError,
} from '../../dossier/recording/refusals.ts'
import { article } from '../../model/errors.ts'
import type { ReferenceKind } from '../../model/records/definitions.ts'
import { asBatch } from '../core/batch-loader.ts'
import { builder, type Types } from '../core/builder.ts'
import { REFERENCE_READS, type ReferenceRow, TYPE_NAMES } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { Actor } from '../types/actor.ts'
import { Claim } from '../types/claim.ts'
import { Demand } from '../types/demand.ts'
import { Dispute } from '../types/dispute.ts'
import { Place } from '../types/place.ts'
import { Source } from '../types/source.ts'
import { CURSOR, deskOf, idempotencyKey, RECORDING_COST } from './desk.ts'
import { recordInput } from './record-inputs.ts'
import { resultOf } from './results.ts'

saving('actor', Actor)
saving('place', Place)
saving('source', Source)
saving('dispute', Dispute)
saving('claim', Claim)
saving('demand', Demand)

/** Adds the mutation that saves records of a kind. */
function saving(kind: ReferenceKind, type: ObjectRef<Types, ReferenceRow>): void {
  const name = TYPE_NAMES[kind]
  const { input, record } = recordInput(kind)
  const Saved = builder.objectRef<{ readonly row: ReferenceRow; readonly seq: number }>(`${name}Saved`).implement({
    description: `${capital(article(kind))} saved, or left as it was because the input changes nothing.`,
    fields: (t) => ({
      [kind]: t.field({ type, description: `The ${kind} as it was saved.`, resolve: ({ row }) => row }),
      cursor: t.field({
        type: 'FeedCursor',
        description: CURSOR,
        resolve: ({ seq }, _, { cursorAt }) => cursorAt(seq),
      }),
    }),
  })
  const saved = resultOf(`Save${name}`, Saved, [InvalidInputError, RevisionConflictError, IdempotencyKeyReusedError])
  builder.mutationField(`save${name}`, (t) =>
    t.field({
      type: saved.type,
      extensions: costs(RECORDING_COST),
      description: `Records ${article(kind)} under a new key, or replaces the content of an existing one as a whole: a field that is omitted is cleared. Records nothing if nothing changes. Everything that it refers to must be recorded before.`,
      args: {
        input: t.arg({ type: input, required: true, description: `The whole ${kind}.` }),
        expectedRevision: t.arg.int({
          description: `The revision that the input replaces, as \`revision\` of the ${kind} gave it, or 0 for a new ${kind}. Refused with RevisionConflict if it is not the current one. Without it, whatever is there is replaced.`,
        }),
        note: t.arg.string({ description: 'What changes and why, for the log, in at most 2,000 characters.' }),
        ...idempotencyKey,
      },
      resolve: (_, args, context) =>
        saved.answer(context, async () => {
          const { recorder, as } = deskOf(context, `save${name}`, args)
          const { key, seq } = await recorder.save(kind, record('input', args.input), args, as)
          context.readFrom(seq)
          const row = REFERENCE_READS[name].byKey(context.reader, key, seq)
          if (row === undefined) throw new Error(`the ${kind} ${key} was saved as change ${seq} and cannot be read`)
          asBatch([row])
          return { row, seq }
        }),
    }),
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
