import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readConfig, readVersion, type Config, type Flags } from '../config.ts'
import type { RunningService } from '../http/server.ts'
import { subscribeLine } from '../http/pages/home-page.ts'
import type { Store } from '../store/store.ts'
import { examples, printList, storeOption } from './command.ts'
import { progressTo } from './progress.ts'

interface ServeFlags extends Flags {
  readonly load?: readonly string[]
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the API, its feed and the playground')
    .option('--host <host>', 'the address to listen on (default: HOST or 127.0.0.1)')
    .option('--port <port>', 'the port to listen on, 0 for any free port (default: PORT or 4000)')
    .option('--load <path...>', 'dossiers to import first: files, or folders of files')
    .addOption(storeOption())
    .addHelpText('after', examples('demarche serve --load dossiers', 'demarche serve --host 0.0.0.0 --port 8080'))
    .action(async ({ load: paths = [], ...flags }: ServeFlags) => {
      const config = readConfig(process.env, flags)
      // The server keeps running if its output is not read.
      process.stdout.removeAllListeners('error').on('error', () => {})
      await serve(config, paths)
    })
}

async function serve(config: Config, paths: readonly string[]): Promise<void> {
  const { openStore } = await import('../store/open.ts')
  const { openLog } = await import('../log.ts')
  const { startService } = await import('../http/server.ts')
  const version = readVersion()
  const store = await openStore({
    file: config.store,
    mapped: true,
    onRebuild: progressTo(process.stderr, 'rebuilding the store'),
  })
  try {
    if (paths.length > 0) await load(store, paths)
    const service = await startService({ store, config, log: openLog(config.logLevel), version })
    process.stdout.write(describe(service, store, version))
    await untilStopped(service)
  } finally {
    store.close()
  }
}

async function load(store: Store, paths: readonly string[]): Promise<void> {
  const { loadDossiers } = await import('../dossier/import/import.ts')
  const { conflicts, conflictCount } = await loadDossiers(store, paths)
  printList(process.stderr, 'warning: ', 'more warning', conflicts, conflictCount)
}

function describe({ url, publicUrl }: RunningService, store: Store, version: string): string {
  return `Demarche ${version}
  page        ${url}/
  playground  ${url}/graphql
  API         ${url}/graphql (the feed: subscriptions over server-sent events, or WebSocket)
  schema      ${url}/schema.graphql
  store       ${resolve(store.file)}
${publicUrl === url ? '' : `  for others  ${publicUrl}/\n`}
Follow the feed in another terminal:
  ${subscribeLine(url)}

Ready. Ctrl+C stops it.
`
}

/** npm forwards a Ctrl+C that the terminal has already sent. Within so many milliseconds, a second signal is the same one. */
const SAME_SIGNAL = 300

/** Stops gracefully on the first signal, and at once on a second one. */
async function untilStopped(service: RunningService): Promise<void> {
  await new Promise<void>((stop) => {
    let askedAt: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (askedAt !== undefined && now - askedAt > SAME_SIGNAL) process.exit(1)
        askedAt ??= now
        stop()
      })
    }
  })
  process.stderr.write('stopping: open streams end, and clients resume\n')
  await service.stop()
}
