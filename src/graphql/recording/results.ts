import type { InterfaceRef, ObjectRef } from '@pothos/core'
import {
  AlreadyRetractedError,
  DossierConflictError,
  IdempotencyKeyReusedError,
  type InputProblem as Problem,
  InvalidInputError,
  KeyTakenError,
  RevisionConflictError,
} from '../../dossier/recording/refusals.ts'
import { DemarcheError, UnknownKeyError } from '../../model/errors.ts'
import { builder, type Types } from '../core/builder.ts'
import type { Context } from '../core/context.ts'

/*
 * The result of a mutation is what it recorded, or one of the refusals that it declares. Every other error is an error of the response.
 */

/** GraphQL would throw an error that a resolver returns. */
interface Refused<Refusal extends DemarcheError = DemarcheError> {
  readonly refusal: Refusal
}

const UserError: InterfaceRef<Types, Refused> = builder.interfaceRef<Refused>('UserError').implement({
  description:
    'Why nothing was recorded. Types of refusals may be added: clients must tolerate unknown types, and show `message`.',
  fields: (t) => ({
    message: t.string({
      description: 'What is wrong and what to do, for people. It may change.',
      resolve: ({ refusal }) => refusal.message,
    }),
    code: t.string({
      description: 'What is wrong, for programs. It stays the same.',
      resolve: ({ refusal }) => refusal.code,
    }),
  }),
})

export const InputProblem = builder.objectRef<Problem>('InputProblem').implement({
  description: 'A mistake in the arguments of a mutation, or in a dossier.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description:
        'Where it is, from the arguments of the mutation downwards, such as `input.citations[0].source`; `patch` if a field that the patch does not have no longer fits. In a dossier, the record and the field, such as `event ferry/sinking date`; empty if the whole file is meant.',
    }),
    message: t.exposeString('message', {
      description:
        'What is wrong and what to do, for people. Values are written as dossiers write them. It may change.',
    }),
    code: t.exposeString('code', {
      description: 'What is wrong, for programs: the codes of `demarche check`. It stays the same.',
    }),
    line: t.int({
      nullable: true,
      description: 'The line of a dossier, starting at 1. Null if it concerns the whole file, and outside of dossiers.',
      resolve: ({ line }) => line ?? null,
    }),
    column: t.int({
      nullable: true,
      description: 'The column, starting at 1. Null where `line` is null.',
      resolve: ({ column }) => column ?? null,
    }),
  }),
})

const InvalidInput = builder.objectRef<Refused<InvalidInputError>>('InvalidInput').implement({
  description: 'The input has mistakes. Nothing was recorded.',
  interfaces: [UserError],
  fields: (t) => ({
    problems: t.field({
      type: [InputProblem],
      description:
        'All mistakes at once, references to keys that do not exist among them. Of a dossier, the first thousand.',
      resolve: ({ refusal }) => refusal.problems,
    }),
  }),
})

const KeyTaken = builder.objectRef<Refused<KeyTakenError>>('KeyTaken').implement({
  description:
    'The key of the new development already names one. Events, statements and measures share one set of keys.',
  interfaces: [UserError],
  fields: (t) => ({
    key: t.field({ type: 'Key', description: 'The key.', resolve: ({ refusal }) => refusal.key }),
  }),
})

const UnknownKey = builder.objectRef<Refused<UnknownKeyError>>('UnknownKey').implement({
  description: 'No development of this kind has the key.',
  interfaces: [UserError],
  fields: (t) => ({
    key: t.field({ type: 'Key', description: 'The key.', resolve: ({ refusal }) => refusal.key }),
    nearest: t.field({
      type: ['Key'],
      description: 'The most similar keys, the nearest first. Empty if none is similar.',
      resolve: ({ refusal }) => refusal.nearest,
    }),
  }),
})

const IdempotencyKeyReused = builder.objectRef<Refused<IdempotencyKeyReusedError>>('IdempotencyKeyReused').implement({
  description:
    'The idempotency key was used within a day, with the same token, for another mutation or other arguments.',
  interfaces: [UserError],
})

const RevisionConflict = builder.objectRef<Refused<RevisionConflictError>>('RevisionConflict').implement({
  description: 'Somebody else changed the record since the revision that was expected.',
  interfaces: [UserError],
  fields: (t) => ({
    currentRevision: t.int({
      description: 'The number of the current revision. 0 if there is no record with this key.',
      resolve: ({ refusal }) => refusal.currentRevision,
    }),
  }),
})

const AlreadyRetracted = builder.objectRef<Refused<AlreadyRetractedError>>('AlreadyRetracted').implement({
  description: 'The development is retracted, which is final.',
  interfaces: [UserError],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it was retracted.', resolve: ({ refusal }) => refusal.at }),
  }),
})

const DossierConflict = builder.objectRef<Refused<DossierConflictError>>('DossierConflict').implement({
  description:
    'Records were amended by other means since the dossier was last imported, and changed in the dossier too. Nothing was imported or, where the conflict arose between two batches of a large import, only what `message` says.',
  interfaces: [UserError],
  fields: (t) => ({
    keys: t.field({
      type: ['Key'],
      description: 'The keys of these records, the first thousand.',
      resolve: ({ refusal }) => refusal.keys,
    }),
  }),
})

const REFUSALS = [
  [InvalidInputError, InvalidInput],
  [KeyTakenError, KeyTaken],
  [UnknownKeyError, UnknownKey],
  [IdempotencyKeyReusedError, IdempotencyKeyReused],
  [RevisionConflictError, RevisionConflict],
  [AlreadyRetractedError, AlreadyRetracted],
  [DossierConflictError, DossierConflict],
] as const

type RefusalClass = (typeof REFUSALS)[number][0]

/** The result of a mutation: what it recorded, or one of these refusals. `answer` makes a refusal that is thrown the result, and counts it. */
export function resultOf<Success extends object>(
  mutation: string,
  success: ObjectRef<Types, Success>,
  classes: readonly RefusalClass[],
) {
  const refusals = REFUSALS.filter(([refusal]) => classes.includes(refusal))
  const typeOf = (error: DemarcheError) => refusals.find(([refusal]) => error instanceof refusal)?.[1]
  const type = builder.unionType(`${mutation}Result`, {
    description: `What \`${mutation.charAt(0).toLowerCase()}${mutation.slice(1)}\` recorded, or why it recorded nothing. Types may be added: clients must tolerate unknown types.`,
    types: [success, ...refusals.map(([, ref]) => ref)] as ObjectRef<Types, Success | Refused>[], // a union of all of these
    resolveType: (result) => ('refusal' in result ? typeOf(result.refusal)?.name : success.name),
  })
  const answer = async ({ refused }: Context, record: () => Promise<Success>): Promise<Success | Refused> => {
    try {
      return await record()
    } catch (error) {
      if (!(error instanceof DemarcheError) || typeOf(error) === undefined) throw error
      refused?.(error.code)
      return { refusal: error }
    }
  }
  return { type, answer }
}
