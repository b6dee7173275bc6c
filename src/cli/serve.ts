import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { COMMAND, readConfig, readVersion, withoutPassword, type Config, type Flags } from '../config.ts'
import type { Imported, ImportOptions } from '../dossier/import/import.ts'
import type { AllowedOperations } from '../http/graphql/allowed-operations.ts'
import type { RunningService } from '../http/server.ts'
import type { Log } from '../log.ts'
import { DemarcheError } from '../model/errors.ts'
import { isExpired } from '../model/token.ts'
import type { Store } from '../store/store.ts'
import { count, examples, isNewStore, print, printList, storeOption } from './command.ts'
import { followLog, watchNode } from './node.ts'
import { progressTo } from './progress.ts'

interface ServeFlags extends Flags {
  readonly load?: readonly string[]
  readonly operations?: string
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the API, its feed and the playground')
    .option('--host <host>', 'the address to listen on (default: HOST or 127.0.0.1)')
    .option('--port <port>', 'the port to listen on, 0 for any free port (default: PORT or 4000)')
    .option('--admin-port <port>', 'serve metrics on this port of the loopback address (default: DEMARCHE_ADMIN_PORT)')
    .option('--load <path...>', 'dossiers to import first: files, or folders of files')
    .option('--operations <file>', 'accept only the operations of this file: JSON, a map of ids to operations')
    .addOption(storeOption())
    .addHelpText('after', examples('demarche serve --load dossiers', 'demarche serve --host 0.0.0.0 --port 8080'))
    .action(async ({ load: paths = [], operations, ...flags }: ServeFlags) => {
      const config = readConfig(process.env, flags)
      // The server keeps running if its output is not read.
      process.stdout.removeAllListeners('error').on('error', () => {})
      await serve(config, paths, operations)
    })
}

async function serve(config: Config, paths: readonly string[], operations: string | undefined): Promise<void> {
  const [{ openStore }, { openLog }, { startService }, { checkAddress }, { subscribeLine }] = await Promise.all([
    import('../store/open.ts'),
    import('../log.ts'),
    import('../http/server.ts'),
    import('../http/listen.ts'),
    import('../http/pages/home-page.ts'),
  ])
  const allowedOperations = operations === undefined ? undefined : await readOperations(operations)
  // Nothing is created, migrated or loaded for a service that cannot start.
  await checkAddress(config)
  const log = openLog(config.logLevel)
  const version = readVersion()
  let store: Store | undefined
  const open = async () => {
    store = await openStore({
      file: config.store,
      mapped: true,
      onRebuild: progressTo(process.stderr, 'rebuilding the store'),
      log: config.log && { ...config.log, version },
    })
    return store
  }
  let unwatch = () => {}
  try {
    if (config.log !== undefined || !isNewStore(config.store)) await open()
    // A node serves what it holds, and loads when it holds everything.
    const loadsLater = store?.node !== undefined && paths.length > 0
    const loaded = paths.length === 0 || loadsLater ? undefined : await load(store, paths, { file: config.store, open })
    store ??= await open()
    unwatch = watchNode(store, log)
    if (loaded !== undefined) log.info(countLoaded(loaded), 'loaded')
    const service = await startService({ store, config, log, version, allowedOperations })
    const { url, publicUrl } = service
    // Before it says that it is ready: what waits for that may stop it at once.
    const stopping = stopSignal()
    log.info({ version, url, publicUrl, store: resolve(store.file), head: store.head() }, 'started')
    const subscribe = subscribeLine(url) + (config.isPrivate ? " -H 'authorization: Bearer TOKEN'" : '')
    print(process.stdout, describe(service, { store, version, loaded, subscribe, isPrivate: config.isPrivate }))
    const loading = loadsLater ? loadWhenLevel(store, paths, log) : undefined
    const signal = await Promise.race([stopping, loading?.then(() => stopping) ?? stopping]).catch(async (error) => {
      await service.stop()
      throw error
    })
    log.info({ signal }, 'stopping')
    print(process.stdout, 'Stopping: open streams end, and clients resume.\n')
    await service.stop()
    log.info('stopped')
  } finally {
    unwatch()
    store?.close()
    // What waits for a reader of the log that takes nothing would hold up the exit for as long as that reader lives.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), LOG_PATIENCE).unref()
  }
}

/** Loads dossiers into a node once it holds all of its log, however long that takes, also if it halts. Other nodes may load the same at once. */
async function loadWhenLevel(store: Store, paths: readonly string[], log: Log): Promise<void> {
  for (;;) {
    try {
      await followLog(store)
      const loaded = await load(store, paths, undefined)
      log.info(countLoaded(loaded), 'loaded')
      print(process.stdout, `Loaded ${describeLoaded(loaded)}.\n`)
      return
    } catch (error) {
      const hasHalted = store.node !== undefined && store.node.state().halted !== null
      if (!(error instanceof DemarcheError) || !(hasHalted || LATER.has(error.code))) throw error
      log.warn({ err: error }, 'the dossiers cannot be loaded yet')
      await wait(LOAD_AGAIN)
    }
  }
}

/** Codes with which a load is tried again: it finds by itself what it has recorded before. */
const LATER: ReadonlySet<string> = new Set([
  'LOG_UNCERTAIN',
  'LOG_UNREACHABLE',
  'NODE_BEHIND',
  'RECORDED_UNSEEN',
  'STORE_BUSY',
])
/** Milliseconds. */
const LOAD_AGAIN = 1_000

/** Milliseconds that the last lines of the log have to be read. */
const LOG_PATIENCE = 3_000

async function readOperations(file: string): Promise<AllowedOperations> {
  const [{ AllowedOperations: Operations }, { schema }] = await Promise.all([
    import('../http/graphql/allowed-operations.ts'),
    import('../graphql/schema.ts'),
  ])
  return Operations.read(file, schema)
}

async function load(
  store: Store | undefined,
  paths: readonly string[],
  newStore: ImportOptions['newStore'],
): Promise<Imported> {
  const { loadDossiers } = await import('../dossier/import/import.ts')
  const loaded = await loadDossiers(store, paths, newStore)
  printList(process.stderr, 'warning: ', 'warning', loaded.conflicts, loaded.conflictsNotShown)
  return loaded
}

function countLoaded({ files, records, counts, kept }: Imported) {
  return { files, records, ...counts, kept }
}

/** `264 records from 1 file: 2 recorded, 262 unchanged` */
function describeLoaded(loaded: Imported): string {
  const { files, records, ...counts } = countLoaded(loaded)
  const parts = Object.entries(counts).filter(([, number]) => number > 0)
  const outcome = parts.map(([name, number]) => `${number} ${name === 'kept' ? describeKept(loaded) : name}`)
  return `${count(records, 'record')} from ${count(files, 'file')}: ${outcome.join(', ') || 'nothing to do'}`
}

/** `kept as amended in the store (event ferry/sinking)` */
function describeKept({ kept, keptFirst }: Imported): string {
  const more = kept > keptFirst.length ? ` and ${kept - keptFirst.length} more` : ''
  return `kept as amended in the store (${keptFirst.join(', ')}${more})`
}

interface Started {
  readonly store: Store
  readonly version: string
  readonly loaded: Imported | undefined
  /** The command that follows the feed. */
  readonly subscribe: string
  readonly isPrivate: boolean
}

function describe(service: RunningService, { store, version, loaded, subscribe, isPrivate }: Started): string {
  const { url, publicUrl, needsPublicUrl, metricsUrl } = service
  return `Demarche ${version}
  page        ${url}/
  playground  ${url}/graphql
  API         ${url}/graphql (the feed: subscriptions over server-sent events, or WebSocket)
  feed        ${url}/feed (new developments, for EventSource)
  schema      ${url}/schema.graphql
  store       ${resolve(store.file)}
${store.node === undefined ? '' : `  log         ${describeLog(store.node.log)}\n`}${metricsUrl === undefined ? '' : `  metrics     ${metricsUrl}\n`}${describeTokens(store, isPrivate)}${loaded === undefined ? '' : `  loaded      ${describeLoaded(loaded)}\n`}${publicUrl === url ? '' : `  for others  ${publicUrl}/\n`}${needsPublicUrl ? adviseOthers(url) : ''}
Follow the feed in another terminal:
  ${subscribe}

Ready. Ctrl+C stops it.
`
}

/** `postgres://demarche_node@db/demarche, as node a` */
function describeLog({ url, node }: { readonly url: string; readonly node?: string | undefined }): string {
  return `${withoutPassword(url)}, as node ${node ?? ''}`
}

/** Says what nobody can do for want of a token. */
function describeTokens(
  { file, node, tokens, now }: Pick<Store, 'file' | 'node' | 'tokens' | 'now'>,
  isPrivate: boolean,
): string {
  const valid = tokens.list().filter((token) => token.revokedAt === null && !isExpired(token, now()))
  const wanted = valid.some(({ scope }) => scope === 'RECORD') ? [] : ['record']
  if (isPrivate && valid.length === 0) wanted.unshift('read')
  const lines = wanted.map(
    (scope) =>
      `nobody can ${scope} without a token: ${COMMAND} token create --scope ${scope}${node === undefined ? ` --store ${file}` : ''}\n`,
  )
  return lines.map((line) => `  tokens      ${line}`).join('')
}

/** The example has the port that the service listens on. */
function adviseOthers(url: string): string {
  const { host } = new URL(url)
  return `  for others  set DEMARCHE_PUBLIC_URL to the address by which they reach this machine, such as
              http://${host.replace('localhost', 'demarche.example.org')}; without it, links lead to localhost
`
}

/** npm forwards a Ctrl+C that the terminal has already sent. Within so many milliseconds, a second signal is the same one. */
const SAME_SIGNAL = 300

/** Resolves with the first signal to stop. A second one ends the process at once. */
async function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((stop) => {
    let askedAt: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (askedAt !== undefined && now - askedAt > SAME_SIGNAL) process.exit(1)
        askedAt ??= now
        stop(signal)
      })
    }
  })
}
