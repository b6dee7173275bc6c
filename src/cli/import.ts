import type { Command } from 'commander'
import { followLog, logOfCommands } from './node.ts'
import { storeFileOf } from '../config.ts'
import { formatFieldChange } from '../dossier/import/field-changes.ts'
import type { Imported } from '../dossier/import/import.ts'
import type { ImportedChange } from '../dossier/import/summary.ts'
import { escapeControls } from '../model/text/escape.ts'
import {
  checkReason,
  count,
  examples,
  isNewStore,
  print,
  printList,
  printProblems,
  storeOption,
  type StoreFlag,
} from './command.ts'
import { ImportProgress } from './progress.ts'

interface Flags extends StoreFlag {
  readonly dryRun?: true
  readonly correct?: true
  readonly note?: string
  readonly overwrite?: true
  readonly atomic?: true
  readonly json?: true
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('make a store say what the dossiers say')
    .argument('<file...>', 'dossiers in YAML, JSON or NDJSON, or folders of them; - is standard input')
    .option('--dry-run', 'print what would change, and write nothing')
    .option('--correct', 'changed contents correct our own mistakes, and are not new information')
    .option('--note <text>', 'why contents changed, for the log')
    .option('--overwrite', 'let the dossiers win over amendments made by other means')
    .option(
      '--atomic',
      'use one transaction, however large: all records are held in memory, and no other process can write until it ends',
    )
    .option('--json', 'print the result as JSON')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nMore than 5,000 changes are imported in batches of 5,000. Records that refer to each other in a cycle stay in one batch, in memory.',
    )
    .addHelpText(
      'after',
      examples(
        'demarche import dossiers/j2-8243.yaml',
        'demarche import --dry-run --correct --note "misread date" dossier.yaml',
      ),
    )
    .action(runImport)
}

async function runImport(files: string[], flags: Flags): Promise<void> {
  const [{ importDossiers }, { openStore, openStoreToRead }] = await Promise.all([
    import('../dossier/import/import.ts'),
    import('../store/open.ts'),
  ])
  const note = flags.note === undefined ? undefined : checkReason('--note', flags.note)
  const storeFile = storeFileOf(process.env, flags.store)
  const dryRun = flags.dryRun === true
  const progress = new ImportProgress(process.stderr)
  const log = logOfCommands()
  const open = () =>
    dryRun && log === undefined ? openStoreToRead(storeFile) : openStore({ file: storeFile, log, ownThread: false })
  const isNew = log === undefined && isNewStore(storeFile)
  let store = isNew ? undefined : await open()
  try {
    // A plan must know everything that is recorded.
    if (store !== undefined) await followLog(store)
    const imported = await importDossiers(store, {
      files,
      dryRun,
      correct: flags.correct === true,
      overwrite: flags.overwrite === true,
      atomic: flags.atomic === true,
      ...(note === undefined ? {} : { note }),
      newStore: { file: storeFile, open: async () => (store = await open()) },
      onRead: (file, records, ended) => progress.report(`read ${file}: ${count(records, 'record')}`, ended),
      onCheck: (records) => progress.show(`checking ${count(records, 'record')}`),
      onAppend: (done, total) => progress.report(`imported ${done} of ${count(total, 'record')}`, true),
    })
    progress.end()
    if (flags.json === true) print(process.stdout, `${JSON.stringify(imported, null, 2)}\n`)
    else printImported(imported, dryRun)
    if (imported.refused) process.exitCode = 1
  } finally {
    progress.end()
    store?.close()
  }
}

function printImported(imported: Imported, dryRun: boolean): void {
  printProblems(process.stderr, imported)
  const { conflicts, conflictCount, conflictsNotShown, refused } = imported
  printList(process.stderr, 'conflict: ', 'conflict', conflicts, conflictsNotShown)
  if (refused) {
    const reasons = [
      ...(imported.problemCount > 0 ? [count(imported.problemCount, 'problem')] : []),
      ...(conflictCount > 0 ? [count(conflictCount, 'conflict')] : []),
    ]
    if (imported.written) printAmended(process.stderr, imported)
    print(
      process.stderr,
      `${imported.written ? `stopped early, ${summarise(imported, false)}` : 'nothing was imported'}: ${reasons.join(', ')}\n`,
    )
    return
  }
  if (dryRun) printPlanned(imported)
  else printAmended(process.stdout, imported)
  const locked =
    imported.lockedFor === undefined
      ? ''
      : `; other writers were blocked for ${(imported.lockedFor / 1000).toFixed(1)} s`
  print(process.stdout, `${summarise(imported, dryRun)}${locked}\n`)
}

/** The first thousand changes, and the first thousand that amend stored records. */
function printPlanned({ changes, amended, changeCount }: Imported): void {
  const further = amended.slice(changes.filter(({ outcome }) => outcome !== 'RECORDED').length)
  for (const change of [...changes, ...further])
    printChange(process.stdout, `would ${INFINITIVE[change.outcome]}`, change)
  const more = changeCount - changes.length - further.length
  if (more > 0) print(process.stdout, `… and ${count(more, 'more change')}\n`)
}

/** Lists the stored records that changed. */
function printAmended(stream: NodeJS.WritableStream, { amended, counts }: Imported): void {
  for (const change of amended) printChange(stream, change.outcome.toLowerCase(), change)
  const more = counts.revised + counts.corrected + counts.retracted - amended.length
  if (more > 0) print(stream, `… and ${count(more, 'more amended record')}\n`)
}

/** With a line for each field that changes. */
function printChange(stream: NodeJS.WritableStream, verb: string, { record, key, fields = [] }: ImportedChange): void {
  print(stream, `${verb} ${record} ${key}\n`)
  for (const field of fields) print(stream, `  ${escapeControls(formatFieldChange(field))}\n`)
}

const INFINITIVE = { RECORDED: 'record', REVISED: 'revise', CORRECTED: 'correct', RETRACTED: 'retract' } as const

/** `recorded 98, revised 2, unchanged 300; head 1234` */
function summarise({ counts, head }: Imported, dryRun: boolean): string {
  const parts = [
    [dryRun ? 'would record' : 'recorded', counts.recorded],
    [dryRun ? 'revise' : 'revised', counts.revised],
    [dryRun ? 'correct' : 'corrected', counts.corrected],
    [dryRun ? 'retract' : 'retracted', counts.retracted],
    [dryRun ? 'leave unchanged' : 'unchanged', counts.unchanged],
  ] as const
  const shown = parts.filter(([, number], index) => index === 0 || number > 0)
  return `${shown.map(([word, number]) => `${word} ${number}`).join(', ')}; head ${head}`
}
