import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import type { ExportJob, ExportName } from '../dossier/export/export.ts'
import { DemarcheError } from '../model/errors.ts'
import { escapeLines } from '../model/text/escape.ts'
import { count, examples, print, storeOption, type StoreFlag } from './command.ts'
import { openToRead } from './node.ts'

interface Flags extends StoreFlag {
  readonly dispute?: string
  readonly format: keyof typeof NAMES
  readonly out?: string
}

/** What the formats are. */
const NAMES = {
  yaml: 'dossier.yaml',
  ndjson: 'developments.ndjson',
  csv: 'developments.csv',
} as const satisfies Readonly<Record<string, ExportName>>

export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the records of a store as a dossier, or its developments as a table')
    .option('--dispute <key>', 'only this dispute; a dossier also holds everything that it refers to')
    .addOption(new Option('--format <format>', 'the format to write').choices(Object.keys(NAMES)).default('yaml'))
    .option('--out <file>', 'the file to write (default: standard output)')
    .addOption(storeOption())
    .addHelpText(
      'after',
      examples(
        'demarche export --dispute j2-8243 --out j2-8243.yaml',
        'demarche export --format ndjson | gzip > record.ndjson.gz',
        'demarche export --format csv --out developments.csv',
      ),
    )
    .action(runExport)
}

async function runExport(flags: Flags): Promise<void> {
  const [{ exportRecord }, { WHOLE_FILE_BYTES }] = await Promise.all([
    import('../dossier/export/export.ts'),
    import('../dossier/format/dossier-files.ts'),
  ])
  const store = await openToRead(flags.store)
  try {
    if (store.head() === 0) print(process.stderr, 'the store holds no records: nothing was ever imported\n')
    let bytes = 0
    const exportTo = (write: (text: string) => Promise<void>) =>
      exportRecord(store, jobOf(flags, store.head()), async (text) => {
        bytes += Buffer.byteLength(text)
        await write(text)
      })
    if (flags.out === undefined) {
      await exportTo(writeToStandardOutput)
    } else {
      const records = await writeAtomically(flags.out, exportTo)
      print(process.stderr, `wrote ${count(records, flags.format === 'csv' ? 'row' : 'record')} to ${flags.out}\n`)
    }
    if (flags.format === 'yaml' && bytes > WHOLE_FILE_BYTES) {
      print(
        process.stderr,
        'this file is larger than import reads as YAML; export with --format ndjson to import it again\n',
      )
    }
  } finally {
    store.close()
  }
}

/** A table has what the same filter of `/export/developments.csv` selects. A dossier also has what was retracted. */
function jobOf({ format, dispute }: Flags, asOf: number): ExportJob {
  const job = { name: NAMES[format], filter: null, asOf } as const
  if (dispute === undefined) return job
  return format === 'csv' ? { ...job, filter: { disputes: [dispute] } } : { ...job, dispute }
}

/** A file or a pipe gets the data unchanged; a terminal gets it without characters that it would obey. */
async function writeToStandardOutput(text: string): Promise<void> {
  const shown = process.stdout.isTTY ? escapeLines(text) : text
  if (!process.stdout.write(shown)) await once(process.stdout, 'drain')
}

/**
 * Writes a file as a whole: unless everything was written, the file of that name stays as it was. Without `sync`, that holds if the process
 * is killed, but not if the machine is. Throws `FILE_UNWRITABLE`.
 */
export async function writeAtomically<Result>(
  name: string,
  writeContent: (write: (text: string) => Promise<void>) => Promise<Result>,
  { sync = true } = {},
): Promise<Result> {
  const temporary = `${name}.${randomUUID().slice(0, 8)}.part`
  try {
    let result: Result
    {
      await using file = await open(temporary, 'wx')
      result = await writeContent((text) => file.appendFile(text))
      if (sync) await file.sync()
    }
    await rename(temporary, name)
    return result
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const code = String('code' in error ? error.code : 'unknown')
    throw new DemarcheError('FILE_UNWRITABLE', `${name} cannot be written: ${REASONS[code] ?? code}`, { cause: error })
  } finally {
    await rm(temporary, { force: true }).catch(() => {}) // its folder may not exist
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'its folder is not writable',
  EPERM: 'its folder is not writable',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
}
