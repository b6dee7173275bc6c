import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { storeFileOf } from '../config.ts'
import { listFirst } from '../model/errors.ts'
import type { Extent, Restored } from '../store/open.ts'
import { count, examples, existingStoreFile, print, storeOption, type StoreFlag } from './command.ts'
import { progressTo } from './progress.ts'

interface BackupFlags extends StoreFlag {
  readonly overwrite?: true
  readonly json?: true
}

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('write a consistent copy of a store, which may be in use')
    .argument('<file>', 'the file to write')
    .option('--overwrite', 'replace the file if it exists')
    .option('--json', 'print the result as JSON')
    .addOption(storeOption())
    .addHelpText('after', '\nThe copy is checked before it gets its name. `demarche restore` puts it back.')
    .addHelpText('after', examples('demarche backup /backups/2026-03-01.db --store demarche.db'))
    .action(runBackup)
}

async function runBackup(to: string, { store, overwrite, json }: BackupFlags): Promise<void> {
  const { backUpStore } = await import('../store/open.ts')
  const file = existingStoreFile(store)
  const extent = await copying((onProgress) => backUpStore({ file, to, overwrite, onProgress }))
  const line = `backed up ${file} to ${to}: ${describe(extent)}; checked`
  printResult({ file: to, bytes: statSync(to).size, ...dated(extent) }, json, [line])
}

interface RestoreFlags extends StoreFlag {
  readonly replace?: true
  readonly json?: true
}

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('put a backup in the place of a store, which must not be in use')
    .argument('<file>', 'the backup')
    .option('--replace', 'replace a store with changes that the backup lacks, or that cannot be read; they are lost')
    .option('--json', 'print the result as JSON')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nCursors of changes that the backup has stay valid; later ones are refused with CURSOR_AHEAD.',
    )
    .addHelpText('after', examples('demarche restore /backups/2026-03-01.db --store demarche.db'))
    .action(runRestore)
}

async function runRestore(backup: string, { store, replace, json }: RestoreFlags): Promise<void> {
  const { restoreStore } = await import('../store/open.ts')
  const file = storeFileOf(process.env, store)
  const restored = await copying((onProgress) => restoreStore({ backup, file, replace, now: Date.now(), onProgress }))
  const { replaced } = restored
  printResult({ file, backup, ...dated(restored), replaced }, json, [
    `restored ${file} from ${backup}: ${describe(restored)}; checked`,
    `cursors: valid up to change ${restored.head}; later ones from before are refused with CURSOR_AHEAD`,
    ...describeReplaced(replaced),
  ])
}

/** Shows the progress of a copy. A signal ends the process, and removes what is copied so far. */
async function copying<Result>(copy: (onProgress: (done: number, total: number) => void) => Promise<Result>) {
  const stop = () => process.exit(1)
  for (const signal of SIGNALS) process.on(signal, stop)
  const progress = progressTo(process.stderr, 'copying', 'pages')
  try {
    return await copy((done, total) => {
      progress(done, total)
      if (done === total) print(process.stderr, 'checking the copy\n')
    })
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function describeReplaced(replaced: Restored['replaced']): string[] {
  const { lost = 0, redactionsUndone = [], tokensKept = false } = replaced ?? {}
  const lines = [
    tokensKept
      ? 'tokens: those of the replaced store; what was revoked stays revoked'
      : 'tokens: those of the backup; one that was revoked after it works again: see `demarche token list`, and revoke it',
  ]
  if (lost === null) lines.unshift('lost: all that the replaced store held, which could not be compared')
  else if (lost > 0) lines.unshift(`lost: ${count(lost, 'change')} of the replaced store`)
  if (redactionsUndone.length > 0) {
    lines.push(
      `redacted since the backup, and back with their content: ${listFirst(redactionsUndone)}; redact them again`,
    )
  }
  return lines
}

function printResult(result: object, json: true | undefined, lines: readonly string[]): void {
  print(process.stdout, json ? `${JSON.stringify(result, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''))
}

/** `5,812 changes, the last of 2026-03-01T12:00:00.000Z` */
function describe({ head, recordedAt }: Extent): string {
  return `${count(head, 'change')}${recordedAt === null ? '' : `, the last of ${timeOf(recordedAt)}`}`
}

function dated({ head, recordedAt, developments }: Extent) {
  return { head, recordedAt: recordedAt === null ? null : timeOf(recordedAt), developments }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description("rebuild the store's tables from its log; results and cursors stay the same")
    .addOption(storeOption())
    .addHelpText('after', examples('demarche rebuild --store record.db'))
    .action(async (flags: StoreFlag) => {
      const { rebuildStore } = await import('../store/open.ts')
      await rebuildStore(existingStoreFile(flags.store), progressTo(process.stderr, 'rebuilding'))
    })
}
