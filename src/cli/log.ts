import { type Command, InvalidArgumentError } from 'commander'
import { requireLogUrl } from '../config.ts'
import { listFirst } from '../model/errors.ts'
import type { LogStatus } from '../store/nodes/administration.ts'
import { count, examples, existingStoreFile, formatTable, print } from './command.ts'

const ROLES = `
The address of the log is DEMARCHE_LOG, such as postgres://demarche_owner@db/demarche. Its role has to be
  create, migrate                             a superuser, or a role that may create schemas and roles
  allow-format, put-back, recover             demarche_admin (tokens and \`demarche redact\`, too)
  status                                      any of demarche_admin, demarche_node
`

export function addLog(program: Command): void {
  const log = program
    .command('log')
    .description('create and mend the log in PostgreSQL that several nodes share')
    .helpCommand(false)
    .addHelpText('after', ROLES)
    .addHelpText('after', examples('demarche log create --from demarche.db', 'demarche log status'))
  log
    .command('create')
    .description('create the log in an empty database, with its roles')
    .option('--from <file>', 'a store to move in, which must not be in use; its file becomes the first node')
    .addHelpText('after', '\nEvery cursor of the store stays valid, and its tokens work on all nodes.')
    .addHelpText('after', examples('demarche log create', 'demarche log create --from demarche.db'))
    .action(createLog)
  log
    .command('migrate')
    .description("bring the log's tables up to this version, before the nodes are upgraded; they may run meanwhile")
    .addHelpText('after', examples('demarche log migrate'))
    .action(migrateLog)
  log
    .command('status')
    .description('show the head of the log, and how far each node is')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples('demarche log status', 'demarche log status --json'))
    .action(showStatus)
  log
    .command('allow-format')
    .description('let nodes write a format of records, once all nodes of the last day read it')
    .argument('<format>', 'its number', parseFormat)
    .addHelpText('after', examples('demarche log allow-format 1'))
    .action(allowFormat)
  log
    .command('recover')
    .description('put changes that PostgreSQL lost back into the log, from the file of a node that still has them')
    .argument('<file>', 'the file of the node, which may be in use; `demarche log status` shows which one has most')
    .addHelpText(
      'after',
      '\nThe changes get their own numbers back, so cursors stay valid. It works as long as no node has recorded other changes.',
    )
    .addHelpText('after', examples('demarche log recover demarche.db'))
    .action(recoverLog)
  log
    .command('put-back')
    .description('go on with a log that lost changes for good; nodes remove them from their files')
    .argument('[files...]', 'the files of nodes that have other changes than the log')
    .addHelpText(
      'after',
      '\nCursors stay valid up to the last change that the log and the files have in common. Try `demarche log recover` first.',
    )
    .addHelpText('after', examples('demarche log put-back demarche.db'))
    .action(putBack)
  log
    .command('leave')
    .description('make the file of a node a store of its own again; the log is not touched, and not needed')
    .argument('<file>', 'the file of the node, which must not be in use')
    .addHelpText('after', '\nStop all nodes first: what they record later is not in this file. Cursors stay valid.')
    .addHelpText('after', examples('demarche log leave demarche.db'))
    .action(leaveLog)
}

async function createLog({ from }: { readonly from?: string }): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  const url = requireLogUrl(process.env)
  const { id, head, isResumed, aheadTo } = await administration.createLog(
    url,
    from === undefined ? undefined : existingStoreFile(from),
  )
  if (from === undefined) print(process.stdout, `created the log ${id}\n`)
  else {
    const done = isResumed ? 'had been moved into' : 'moved into'
    print(process.stdout, `${from}: ${count(head, 'change')} ${done} the log ${id}; the file is a node now\n`)
    if (aheadTo !== undefined) print(process.stdout, aheadOf(new Date(aheadTo)))
  }
  print(process.stdout, NEXT)
}

function aheadOf(date: Date): string {
  return `warning: its last change is dated ${date.toISOString()}, which the clock of PostgreSQL has yet to reach; until then all changes get that date\n`
}

const NEXT = `Give the roles passwords, such as with \`psql\` and \\password demarche_node. Then start each node with
  DEMARCHE_LOG=postgres://demarche_node:PASSWORD@HOST/DATABASE
`

async function migrateLog(): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  const { from, to } = await administration.migrateLog(requireLogUrl(process.env))
  print(
    process.stdout,
    from === to ? `the log has version ${to} already\n` : `migrated the log from version ${from} to ${to}\n`,
  )
}

async function showStatus({ json = false }: { readonly json?: boolean }): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  const status = await administration.readLogStatus(requireLogUrl(process.env))
  print(process.stdout, json ? `${JSON.stringify(dated(status), null, 2)}\n` : describe(status))
}

/** The status as JSON, with ISO 8601 times; null if there is none. */
function dated({ id, version, format, seq, at, epochs, bytes, tokens, settings, nodes }: LogStatus) {
  return {
    id,
    version,
    format,
    head: seq,
    recordedAt: timeOf(at),
    epochs: epochs.map(({ epoch, bornAt, honouredUpTo }) => ({ epoch, bornAt: timeOf(bornAt), honouredUpTo })),
    bytes,
    tokens,
    settings,
    nodes: nodes.map((node) => ({
      name: node.name,
      version: node.version,
      projectedWith: node.projectedWith,
      format: node.format,
      head: node.seq,
      recordedAt: timeOf(node.at),
      seenAt: timeOf(node.seenAt),
      state: stateOf(node, seq),
    })),
  }
}

function describe(status: LogStatus): string {
  const { id, version, format, seq, at, now, nodes, epochs, tokens, bytes, settings } = status
  const lines = [
    ['log', `${id}, version ${version}`],
    ['head', seq === 0 ? 'no change yet' : `change ${seq}, of ${String(timeOf(at))}`],
    ['size', `${Math.ceil(bytes / 1_048_576)} MiB`],
    ['format', `up to ${format} may be written`],
    ['epochs', `${epochs.length}`],
    ['tokens', `${tokens} not revoked`],
    [
      'standbys',
      settings.synchronousStandbys === ''
        ? 'commits wait for none'
        : `commits wait for ${settings.synchronousStandbys}`,
    ],
  ]
  const head = `${formatTable(lines)}${warningsOf(status)
    .map((warning) => `warning: ${warning}\n`)
    .join('')}`
  if (nodes.length === 0) return `${head}no node has been seen yet\n`
  const rows = nodes.map((node) => [
    node.name,
    node.version,
    `${node.format}`,
    `${node.seq}`,
    stateOf(node, seq),
    `${Math.max(Math.round((now - node.seenAt) / 1_000), 0)} s ago`,
  ])
  return `${head}\n${formatTable([['NODE', 'VERSION', 'READS FORMAT', 'HEAD', 'STATE', 'SEEN'], ...rows])}`
}

/** `level`, `5 behind`, or that the log does not have its last change. */
function stateOf({ seq, isPlace }: LogStatus['nodes'][number], head: number): string {
  if (seq > head) return `ahead of the log by ${seq - head}: see \`demarche log recover\``
  if (!isPlace) return 'has other changes: see `demarche log put-back`'
  return seq === head ? 'level' : `${head - seq} behind`
}

function warningsOf({ settings: { synchronousCommit, fsync }, nodes }: LogStatus): string[] {
  const shared = nodes.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) < index)
  return [
    ...(synchronousCommit === 'off'
      ? ['synchronous_commit is off: nodes refuse this log, because it loses changes']
      : []),
    ...(fsync === 'off' ? ['fsync is off: a power failure can destroy the log'] : []),
    ...[...new Set(shared)].map(
      (name) =>
        `several nodes are called ${name}, unless it has just been restarted: give each a name with DEMARCHE_NODE`,
    ),
  ]
}

async function allowFormat(format: number): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  await administration.allowFormat(requireLogUrl(process.env), format)
  print(process.stdout, `nodes may write formats up to ${format}\n`)
}

async function recoverLog(file: string): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  const { first, last, tokens } = await administration.recoverLog(requireLogUrl(process.env), existingStoreFile(file))
  const changes =
    last < first ? 'the log lacks no change of the file' : `put changes ${first} to ${last} back into the log`
  print(process.stdout, `${changes}; ${count(tokens, 'token')} created or revoked again\n`)
  if (last >= first) print(process.stdout, KEYS_LOST)
}

const KEYS_LOST = `Their idempotency keys are lost: a client that sends a mutation again is refused although it is recorded, and has to read the record first.
`

async function putBack(files: readonly string[]): Promise<void> {
  const administration = await import('../store/nodes/administration.ts')
  const { upTo, head, redactionsUndone } = await administration.putBack(
    requireLogUrl(process.env),
    files.map(existingStoreFile),
  )
  print(
    process.stdout,
    `a new epoch begins; the log ends at change ${head}
cursors: valid up to change ${upTo}; later ones from before are refused with CURSOR_AHEAD
tokens: those of the log; one that was revoked after its backup works again: see \`demarche token list\`
`,
  )
  if (redactionsUndone.length === 0) return
  const keys = listFirst(redactionsUndone)
  print(process.stdout, `redacted before, and back with their content: ${keys}; redact them again\n`)
}

async function leaveLog(file: string): Promise<void> {
  const open = await import('../store/open.ts')
  const head = await open.leaveLog(existingStoreFile(file))
  print(process.stdout, `${file} is a store of its own with ${count(head, 'change')}; start it without DEMARCHE_LOG\n`)
  print(
    process.stdout,
    'It has no idempotency keys of before: clients must not repeat mutations that they sent to the nodes.\n',
  )
}

function parseFormat(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 1.')
}

function timeOf(at: number): string | null {
  return at === 0 ? null : new Date(at).toISOString()
}
