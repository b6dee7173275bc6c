import { type Command, Option } from 'commander'
import type { redactRecord } from '../store/open.ts'
import { type RecordKind, recordDefinitions } from '../model/records/definitions.ts'
import {
  checkReason,
  count,
  examples,
  existingStoreFile,
  logUrlBeside,
  print,
  storeOption,
  type StoreFlag,
} from './command.ts'
import { progressTo } from './progress.ts'

interface Flags extends StoreFlag {
  readonly reason: string
  readonly record?: RecordKind
}

export function addRedact(program: Command): void {
  program
    .command('redact')
    .description('remove the content of a record for good, from all its revisions, where the law demands it')
    .argument('<key>', 'the key of the record; the key itself stays')
    .requiredOption('--reason <text>', 'why, for all who read the record; it must not repeat what is removed')
    .addOption(
      new Option('--record <kind>', 'the kind of record, if several have the key').choices(
        Object.keys(recordDefinitions),
      ),
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nThis cannot be undone. A service may keep running. The store needs as much free space again as it takes.',
    )
    .addHelpText('after', examples('demarche redact j2-8243/letter --reason "Order of the court of X, 2026-03-01"'))
    .action(runRedact)
}

async function runRedact(key: string, { store, reason, record }: Flags): Promise<void> {
  const url = logUrlBeside(store)
  const redaction = { key, record, reason: checkReason('--reason', reason) }
  const redacted = await (url === undefined ? redactInStore(store, redaction) : redactInLog(url, redaction))
  const { revisions, referring } = redacted
  const done = revisions === 0 ? 'was redacted before' : `redacted, with ${count(revisions, 'revision')}`
  print(process.stdout, `${redacted.record} ${key}: ${done}; change ${redacted.seq} tells followers\n`)
  if (referring.length > 0) {
    print(process.stdout, 'These records refer to it and stay as they are. Redact those that repeat what must go:\n')
    for (const other of referring.slice(0, SHOWN)) print(process.stdout, `  ${other.record} ${other.key}\n`)
    if (referring.length > SHOWN) print(process.stdout, `  … and ${count(referring.length - SHOWN, 'more record')}\n`)
  }
  print(process.stdout, url === undefined ? ELSEWHERE : ELSEWHERE_OF_LOG)
}

type Redaction = Parameters<typeof redactRecord>[1]

async function redactInStore(store: string | undefined, redaction: Redaction) {
  const open = await import('../store/open.ts')
  const file = existingStoreFile(store)
  return await open.redactRecord(file, { ...redaction, onProgress: progressTo(process.stderr, 'rebuilding') })
}

async function redactInLog(url: string, redaction: Redaction) {
  const administration = await import('../store/nodes/administration.ts')
  return await administration.redactInLog(url, redaction)
}

const SHOWN = 100

const ELSEWHERE = `The content is gone from the store and the files beside it. Remove it yourself from backups and other copies of the store, exports,
dossiers, and mirrors that do not follow the feed. A disk may keep freed blocks until they are written again.
`

const ELSEWHERE_OF_LOG = `The content is gone from the log. Each node removes it from its file when it reaches that change. PostgreSQL keeps the old rows until they are
overwritten: run \`vacuum full demarche.changes, demarche.appends\` as demarche_owner; nodes neither follow nor record meanwhile. Remove the content
yourself from archives of the write-ahead log, dumps and standbys of PostgreSQL, its own log if that has the parameters of statements
(log_min_duration_statement, log_statement), backups of nodes, exports, dossiers, and mirrors that do not follow the feed.
`
