import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { openStore } from '../../../src/store/open.ts'
import { demarche, freePort, start } from '../../_support/command.ts'
import { STORY } from '../../_support/ferry-dossier.ts'
import { LogProxy } from '../../_support/log-proxy.ts'
import { setting } from '../../_support/planned-changes.ts'
import { type Database as LogDatabase, Postgres, query } from '../../_support/postgres.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'

/** Milliseconds in which a node must be ready, or hold all of the log. */
const PATIENCE = 180_000

interface NodeOptions {
  readonly name: string
  readonly file: string
  readonly port: number
  readonly proxy: LogProxy
  readonly log: string
  readonly env: Readonly<Record<string, string>>
  /** That of this version by default. */
  readonly program?: string | undefined
}

/** One `demarche serve` with a log in PostgreSQL, behind a network of its own. It keeps its port. */
export class Node {
  readonly name: string
  readonly file: string
  readonly url: string
  readonly proxy: LogProxy
  readonly #args: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  #program: string | undefined
  #running: ReturnType<typeof start> | undefined
  /** What is wrong with how it ran. */
  readonly faults: string[] = []

  constructor({ name, file, port, proxy, log, env, program }: NodeOptions) {
    this.name = name
    this.file = file
    this.proxy = proxy
    this.#program = program
    this.url = `http://127.0.0.1:${port}`
    this.#args = ['serve', '--port', String(port), '--store', file]
    this.#env = { DEMARCHE_LOG: log, DEMARCHE_NODE: name, DEMARCHE_LOG_POLL: '500', LOG_LEVEL: 'error', ...env }
  }

  start(): void {
    const running = start(this.#args, { env: this.#env, program: this.#program })
    this.#running = running
    void this.#watch(running)
  }

  /** Starts it, and waits until it is ready for the first time. */
  async startReady(): Promise<void> {
    this.start()
    await this.ready()
  }

  /** Throws what is wrong with how it ran. */
  assertWell(): void {
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'))
  }

  /** Waits until it is ready, also to record with `?for=writes`. */
  async ready(search = ''): Promise<void> {
    let problem: string | undefined
    const isReady = async () => {
      this.assertWell()
      const readiness = await this.readiness(search)
      problem = readiness === undefined ? 'it does not answer' : readiness.body.problem
      return readiness?.status === 200
    }
    await until(`${this.name} is ready`, isReady).catch((error: Error) => {
      throw new Error(`${error.message}: ${problem}`, { cause: error })
    })
  }

  /** Stops it, and starts the program of another version on its file. */
  async become(program: string | undefined): Promise<void> {
    await this.end('SIGTERM')
    this.#program = program
    this.start()
  }

  /** Undefined if it does not answer. */
  async readiness(search = ''): Promise<{ readonly status: number; readonly body: Readiness } | undefined> {
    const response = await fetch(`${this.url}/health/ready${search}`).catch(() => undefined)
    return response && { status: response.status, body: (await response.json()) as Readiness }
  }

  /** Ends it at once with SIGKILL, or in an orderly way with SIGTERM. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.child.kill('SIGCONT')
    running?.child.kill(signal)
    const outcome = await running?.outcome
    // A process that has just been started does not listen to SIGTERM yet.
    if (signal === 'SIGTERM' && outcome !== undefined && outcome.status !== 0 && outcome.signal !== 'SIGTERM')
      this.faults.push(`${this.name} was stopped and ended with ${outcome.status ?? outcome.signal}`)
  }

  pause(): void {
    this.#running?.child.kill('SIGSTOP')
  }

  resume(): void {
    this.#running?.child.kill('SIGCONT')
  }

  async #watch(running: ReturnType<typeof start>): Promise<void> {
    const { status, stderr } = await running.outcome
    // What it was not told to do.
    if (this.#running === running) this.faults.push(`${this.name} ended with ${status}: ${stderr.slice(-1_000)}`)
    const failed = stderr.split('\n').find((line) => line.includes('a request failed'))
    if (failed !== undefined) this.faults.push(`${this.name}: ${failed}`)
  }

  /** The greatest seq that it holds. */
  head(): number {
    const connection = new Database(this.file, { readonly: true })
    try {
      return Number(connection.prepare('select coalesce(max(seq), 0) from changes').pluck().get())
    } finally {
      connection.close()
    }
  }
}

/** What `/health/ready` says. */
interface Readiness {
  readonly status: string
  readonly head?: number
  readonly writes?: boolean
  readonly problem?: string
  readonly log?: { readonly reachable: boolean; readonly head: number }
}

interface ClusterOptions {
  readonly nodes?: number
  readonly env?: Readonly<Record<string, string>>
  /** Settings of the server. */
  readonly postgres?: Readonly<Record<string, string>>
  /** A store that becomes the first node. By default, a new one with the setting. */
  readonly from?: string
  /** That of all nodes, which also makes the store and the log. */
  readonly program?: string | undefined
}

/** PostgreSQL with a log, and nodes of it. The log was a single store, which became the first node. */
export class Cluster implements AsyncDisposable {
  readonly postgres: Postgres
  readonly database: LogDatabase
  readonly nodes: readonly Node[]
  /** Of scope RECORD. */
  readonly token: string
  readonly #env: Readonly<Record<string, string>>
  readonly #place: Place
  readonly #more: Node[] = []

  private constructor(fields: Pick<Cluster, 'postgres' | 'database' | 'nodes' | 'token'> & Kept) {
    this.postgres = fields.postgres
    this.database = fields.database
    this.nodes = fields.nodes
    this.token = fields.token
    this.#env = fields.env
    this.#place = fields.place
  }

  static async open({
    nodes = 3,
    env = {},
    postgres: settings = {},
    from,
    program,
  }: ClusterOptions = {}): Promise<Cluster> {
    const place = temporaryFile('a.db')
    if (from !== undefined) copyFileSync(from, place.file)
    const token = program === undefined ? await settle(place.file, from === undefined) : await settleBy(program, place)
    const postgres = await Postgres.start({ settings })
    const database = await postgres.database()
    const cluster = new Cluster({ postgres, database, token, env, place, nodes: [] })
    try {
      await run(['log', 'create', '--from', place.file], database.owner, program)
      const names = Array.from({ length: nodes }, (_, number) => String.fromCharCode(97 + number))
      const made = await Promise.all(names.map((name) => cluster.#make(name, program)))
      ;(cluster.nodes as Node[]).push(...made)
      await Promise.all(made.map((node) => node.startReady()))
      return cluster
    } catch (error) {
      // Processes would outlive it.
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The node of a number, counted around. */
  node(number: number): Node {
    const node = this.nodes[number % this.nodes.length]
    if (node === undefined) throw new Error('there are no nodes')
    return node
  }

  /** A node that begins with nothing, or with the file that is there already. */
  async add(name: string, program?: string): Promise<Node> {
    const node = await this.#make(name, program)
    this.#more.push(node)
    await node.startReady()
    return node
  }

  /** The file of a node of this name. */
  fileOf(name: string): string {
    return join(this.#place.folder, `${name}.db`)
  }

  /** The head of the log. */
  async head(): Promise<number> {
    const [row] = await query<{ seq: string }>(this.database.superuser, 'select seq from demarche.log')
    return Number(row?.seq)
  }

  /** Waits until the nodes hold all of the log. Throws if one of them has ended by itself. */
  async level(nodes: readonly Node[] = this.nodes): Promise<number> {
    const head = await this.head()
    await until(`all nodes hold ${head} changes`, async () => {
      for (const node of nodes) node.assertWell()
      return nodes.every((node) => node.head() >= head)
    })
    return head
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const nodes = [...this.nodes, ...this.#more]
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    await Promise.all(nodes.map(({ proxy }) => proxy[Symbol.asyncDispose]()))
    await this.postgres[Symbol.asyncDispose]()
    this.#place[Symbol.dispose]()
  }

  async #make(name: string, program?: string): Promise<Node> {
    const proxy = await LogProxy.to(this.postgres.port)
    return new Node({
      name,
      file: this.fileOf(name),
      port: await freePort(),
      proxy,
      log: this.postgres.url('demarche_node', this.database.name, proxy.port),
      env: this.#env,
      program,
    })
  }
}

/** Makes a token in a store, and the setting if it is new. Returns the secret. */
async function settle(file: string, isNew: boolean): Promise<string> {
  const store = await openStore({ file })
  if (isNew) await store.append({ batches: [setting], origin: 'IMPORT' })
  const { secret } = await store.tokens.create({ scope: 'RECORD', lifetime: undefined })
  store.close()
  return secret
}

/** The same with a dossier and the program of an earlier version, which does not open what a later one has made. */
async function settleBy(program: string, { file, folder }: Place): Promise<string> {
  const dossier = join(folder, 'ferry.yaml')
  writeFileSync(dossier, STORY)
  await run(['import', dossier, '--store', file], undefined, program)
  return (await run(['token', 'create', '--scope', 'record', '--store', file], undefined, program)).trim()
}

type Place = ReturnType<typeof temporaryFile>

interface Kept {
  readonly env: Readonly<Record<string, string>>
  readonly place: Place
}

/** Runs a command, by default of this version. Throws if it fails. */
export async function run(args: readonly string[], log?: string, program?: string): Promise<string> {
  const env = log === undefined ? {} : { DEMARCHE_LOG: log }
  const { status, stdout, stderr } = await demarche(args, { env, program })
  if (status !== 0) throw new Error(`demarche ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** Asks again and again until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>, patience = PATIENCE): Promise<void> {
  const end = performance.now() + patience
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${patience / 1_000} s: ${what}`)
    await wait(20)
  }
}
