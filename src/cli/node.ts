import { setTimeout as wait } from 'node:timers/promises'
import { readLogSettings, storeFileOf } from '../config.ts'
import type { Log } from '../log.ts'
import { DemarcheError } from '../model/errors.ts'
import type { OpenOptions } from '../store/open.ts'
import type { NodeState } from '../store/nodes/node-state.ts'
import type { Store } from '../store/store.ts'
import { existingStoreFile, print } from './command.ts'

/*
 * With DEMARCHE_LOG, a command works on the file of a node, as the service does: what it writes goes to the log, and before it reads, it
 * follows the log. Without it, the file is a store that holds its log itself.
 */

const LEVEL_EVERY = 20

/**
 * The log that commands work on, for `openStore`; undefined without DEMARCHE_LOG. It has no name of a node: what runs for a moment, and maybe
 * with an earlier version, must not count among the nodes that formats wait for. Throws `MISCONFIGURED`.
 */
export function logOfCommands(): OpenOptions['log'] {
  const settings = readLogSettings(process.env)
  if (settings === undefined) return undefined
  const { node: _, ...log } = settings
  return log
}

/** Opens an existing store to read, or a node that follows its log first. Says so if it cannot. The caller must close it. */
export async function openToRead(flag: string | undefined): Promise<Store> {
  const { openStore, openStoreToRead } = await import('../store/open.ts')
  const log = logOfCommands()
  if (log === undefined) return openStoreToRead(existingStoreFile(flag))
  const store = await openStore({ file: storeFileOf(process.env, flag), log, ownThread: false })
  try {
    await followLog(store)
  } catch (error) {
    const isReadable = error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE' && store.head() > 0
    if (!isReadable) {
      store.close()
      throw error
    }
    print(
      process.stderr,
      `warning: the log cannot be reached; this is what the node holds, up to change ${store.head()}\n`,
    )
  }
  return store
}

/** Waits until a node holds all of its log. A store that holds its log itself does. Throws `LOG_UNREACHABLE`, and why the node has halted. */
export async function followLog({ node }: Store): Promise<void> {
  if (node === undefined) return
  const patience = node.log.patience ?? 5_000
  let lostAt: number | undefined
  for (;;) {
    const { log, behind, halted, wasLevel } = node.state()
    if (halted !== null) {
      const [why] = halted.detail?.split('\n') ?? []
      throw new DemarcheError(halted.code, why === undefined ? halted.message : `${halted.message} ${why}`)
    }
    if (log.reachable && wasLevel && behind.changes === 0) return
    lostAt = log.reachable ? undefined : (lostAt ?? performance.now())
    if (lostAt !== undefined && performance.now() - lostAt > patience) {
      throw new DemarcheError('LOG_UNREACHABLE', 'The log cannot be reached. Check DEMARCHE_LOG, and try again.')
    }
    await wait(LEVEL_EVERY)
  }
}

function reasonFor({ halted }: NodeState): string | undefined {
  return halted?.detail ?? halted?.message
}

/** Milliseconds between two looks at the state of a node. */
const WATCHED_EVERY = 250

/** Logs when a node loses and regains its log, holds all of it for the first time, and halts. Returns a function that stops it. */
export function watchNode(store: Store, log: Log): () => void {
  const { node } = store
  if (node === undefined) return () => {}
  let before = node.state()
  const warn = ({ since, why }: NodeState['log']) =>
    log.warn(
      { since: new Date(since).toISOString(), head: store.head(), why },
      'the log cannot be reached; reading goes on, and nothing can be recorded',
    )
  const sayHalted = (halted: NodeState['halted']) => log.error(halted, 'the node has halted')
  if (!before.log.reachable) warn(before.log)
  if (before.halted !== null) sayHalted(before.halted)
  const look = () => {
    const state = node.state()
    const { reachable, since, why } = state.log
    if (reachable !== before.log.reachable || why !== before.log.why) {
      if (reachable)
        log.info({ since: new Date(since).toISOString(), head: store.head() }, 'the log can be reached again')
      else warn(state.log)
    }
    if (state.isClockOff && !before.isClockOff)
      log.warn({ milliseconds: state.clockAhead }, 'the clock of this machine differs from that of the log; set it')
    if (state.wasLevel && !before.wasLevel) log.info({ head: store.head() }, 'the node holds all of the log')
    if (state.halted !== null && reasonFor(state) !== reasonFor(before)) sayHalted(state.halted)
    if (state.halted === null && before.halted !== null) log.info('the node goes on')
    before = state
  }
  const timer = setInterval(look, WATCHED_EVERY).unref()
  return () => clearInterval(timer)
}
