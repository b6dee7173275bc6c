import type { DossierAnswer, DossierPlan as Plan } from '../../dossier/recording/dossier-importer.ts'
import { DossierConflictError, IdempotencyKeyReusedError, InvalidInputError } from '../../dossier/recording/refusals.ts'
import { builder } from '../core/builder.ts'
import { RevisionKind } from '../core/enums.ts'
import { costs } from '../cost/query-cost.ts'
import { deskOf, idempotencyKey } from './desk.ts'
import { InputProblem, resultOf } from './results.ts'

const PlannedChange = builder.objectRef<Plan['changes'][number]>('PlannedChange').implement({
  description: 'A change that an import made, or would make.',
  fields: (t) => ({
    record: t.exposeString('record', {
      description: 'The kind of record: actor, place, source, dispute, claim, demand, event, statement or measure.',
    }),
    key: t.expose('key', { type: 'Key', description: 'The key of the record.' }),
    kind: t.expose('kind', {
      type: RevisionKind,
      description: 'What happens to the record. A record that is added and retracted at once has two changes.',
    }),
  }),
})

const DossierPlan = builder.objectRef<Plan>('DossierPlan').implement({
  description: 'What an import did or, in a dry run, would do.',
  fields: (t) => ({
    changes: t.field({
      type: [PlannedChange],
      description: 'The changes in the order of recording, the first thousand.',
      resolve: ({ changes }) => changes,
    }),
    changeCount: t.exposeInt('changeCount', { description: 'The number of all changes.' }),
    unchanged: t.exposeInt('unchanged', {
      description: 'The number of records of the dossier that the store already holds as they are.',
    }),
    warnings: t.field({
      type: [InputProblem],
      description: 'What may be a mistake and refuses nothing, the first thousand.',
      resolve: ({ warnings }) => warnings,
    }),
    warningCount: t.exposeInt('warningCount', { description: 'The number of all warnings.' }),
  }),
})

const DossierImported = builder.objectRef<DossierAnswer>('DossierImported').implement({
  description: 'A dossier imported or, in a dry run, planned.',
  fields: (t) => ({
    plan: t.field({ type: DossierPlan, description: 'What changed, or would change.', resolve: ({ plan }) => plan }),
    cursor: t.field({
      type: 'FeedCursor',
      nullable: true,
      description:
        'Where the last change entered the feed. A subscription or a page that has reached this cursor shows all changes. Null in a dry run, and where nothing changed.',
      resolve: ({ seq }, _, { cursorAt }) => (seq === null ? null : cursorAt(seq)),
    }),
  }),
})

const imported = resultOf('ImportDossier', DossierImported, [
  InvalidInputError,
  DossierConflictError,
  IdempotencyKeyReusedError,
])

builder.mutationField('importDossier', (t) =>
  t.field({
    type: imported.type,
    extensions: costs({ field: 1_000 }),
    description:
      'Makes the record say what a dossier says, as `demarche import` does: unknown keys are recorded, changed contents revised, and a development with `retract` is retracted. All or nothing, except that more than 5,000 changes are applied in batches once the whole is valid, unless `atomic` is set. Dossiers are imported one at a time, and other changes may be recorded meanwhile.',
    args: {
      dossier: t.arg.string({
        required: true,
        description: 'The text of the dossier, in YAML, JSON or NDJSON.',
      }),
      dryRun: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Return the plan, and record nothing. The idempotency key is then not used.',
      }),
      correct: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Changed contents correct mistakes of the record, and are not new information.',
      }),
      overwrite: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Let the dossier win over amendments made by other means since its last import. Without it, these are refused with DossierConflict.',
      }),
      atomic: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Apply more than 5,000 changes at once, too. Nobody else can record meanwhile.',
      }),
      note: t.arg.string({
        description: 'Why contents change, for the log, in at most 2,000 characters.',
      }),
      ...idempotencyKey,
    },
    resolve: (_, args, context) =>
      imported.answer(context, async () => {
        const { recorder, as } = deskOf(context, 'importDossier', args)
        const { dossier, dryRun, correct, overwrite, atomic, note } = args
        const options = { dryRun, correct, overwrite, atomic, ...(note == null ? {} : { note }) }
        const answer = await recorder.importDossier(dossier, options, as)
        if (answer.seq !== null) context.readFrom(answer.seq)
        return answer
      }),
  }),
)
