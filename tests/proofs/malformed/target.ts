import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { bundledRecord } from '../../_support/bundled-record.ts'
import { demarche, startServing, type Serving } from '../../_support/command.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { MalformedDossier } from './dossiers.ts'
import { HANDSHAKE } from './frames.ts'
import { type Answer, Judge } from './verdict.ts'

/** Within so many milliseconds every request is answered, or its connection closed. The service itself gives up after 30 seconds. */
const PATIENCE = 25_000
/** For a check, which takes milliseconds where nothing else runs. */
const CHECK_PATIENCE = 60_000
/** For imports, which wait for one another. */
const IMPORT_PATIENCE = 120_000
/** After so many milliseconds without a byte, a client that may have sent too little says that this was all. */
const PAUSE = 150
const CHECK_WORKER = new URL('check-worker.ts', import.meta.url)

/** A connection's bytes, one character each, or a file to check. */
export type Case =
  | { readonly kind: 'whole' | 'raw'; readonly bytes: string }
  | { readonly kind: 'frames'; readonly bytes: string }
  | { readonly kind: 'check'; readonly dossier: MalformedDossier }

/** A service with the bundled record in a process of its own, and a thread that checks dossiers. It is started again if it has ended. */
export class Target implements AsyncDisposable {
  readonly #place: ReturnType<typeof temporaryFile>
  readonly #token: string
  readonly #judge: Judge
  #checker: Worker | undefined
  #checked: Promise<unknown> = Promise.resolve()
  #serving: Promise<Serving>
  #said = ''

  static async start(): Promise<Target> {
    const place = temporaryFile()
    const { stderr, status } = await demarche(['import', bundledRecord, '--store', place.file])
    if (status !== 0) throw new Error(stderr)
    const { stdout: token } = await demarche(['token', 'create', '--scope', 'record', '--store', place.file])
    return new Target(place, token.trim())
  }

  private constructor(place: ReturnType<typeof temporaryFile>, token: string) {
    this.#place = place
    this.#token = token
    this.#judge = new Judge(place.file, [place.folder, resolve(import.meta.dirname, '../../..')])
    this.#serving = this.#serve()
  }

  /** What is wrong with how the case was answered; undefined if nothing is. */
  async faultOf(tried: Case): Promise<string | undefined> {
    if (tried.kind === 'check') return await this.#check(tried.dossier)
    const { url } = await this.#serving
    const isSocket = tried.kind === 'frames'
    const bytes = (isSocket ? HANDSHAKE : '') + tried.bytes
    const answer = await send(url, bytes.replaceAll('TOKEN', this.#token), {
      isSocket,
      isWhole: tried.kind === 'whole',
    })
    return (await this.#crash()) ?? this.#judge.fault(answer, tried.kind === 'whole') ?? this.#saidSince()
  }

  /** What the service still holds open for clients that have all left; undefined if that is nothing. */
  async leftOpen(): Promise<string | undefined> {
    const { metrics } = await this.#serving.then(({ printed }) => ({
      metrics: /http:\S+\/metrics/.exec(printed)?.[0] ?? '',
    }))
    let left: readonly string[] = []
    for (let attempt = 0; attempt < 100; attempt++) {
      const text = await (await fetch(metrics)).text()
      left = [...text.matchAll(/^demarche_(?:subscribers|event_streams|websockets|clients) [^0].*$/gm)].map(
        ([line]) => line,
      )
      if (left.length === 0) return undefined
      await wait(100)
    }
    return `left open: ${left.join(', ')}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#serving)[Symbol.asyncDispose]()
    await this.#checker?.terminate()
    this.#place[Symbol.dispose]()
  }

  async #serve(): Promise<Serving> {
    const serving = await startServing(['--store', this.#place.file, '--admin-port', '0'], {
      env: { LOG_LEVEL: 'error' },
    })
    serving.child.stderr?.on('data', (text: string) => (this.#said += text))
    return serving
  }

  async #crash(): Promise<string | undefined> {
    const { child, outcome } = await this.#serving
    if (child.exitCode === null && child.signalCode === null) return undefined
    const { status, signal, stderr } = await outcome
    this.#said = ''
    this.#serving = this.#serve()
    return `the service ended (${signal ?? status}): ${stderr.slice(-2_000)}`
  }

  /** What the service wrote to its log since the last call. Only errors of its own are logged. */
  #saidSince(): string | undefined {
    const said = this.#said
    this.#said = ''
    const lines = said.split('\n').filter((line) => line !== '' && !line.includes('"code":"STORE_BUSY"'))
    return lines.length === 0 ? undefined : `logged: ${lines.join('\n').slice(0, 2_000)}`
  }

  /** One after the other. */
  #check(dossier: MalformedDossier): Promise<string | undefined> {
    const checked = this.#checked.then(() => this.#checkNext(dossier))
    this.#checked = checked
    return checked
  }

  async #checkNext({ name, text }: MalformedDossier): Promise<string | undefined> {
    const worker = (this.#checker ??= new Worker(CHECK_WORKER))
    const file = join(this.#place.folder, basename(name))
    writeFileSync(file, text, 'latin1')
    try {
      const result = once(worker, 'message', { signal: AbortSignal.timeout(CHECK_PATIENCE) })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
      worker.postMessage(file)
      const [said] = (await result) as [string]
      return said.startsWith('thrown: ') ? said : this.#judge.faultOfText(said.replaceAll(file, name))
    } catch (error) {
      this.#checker = undefined
      await worker.terminate()
      return `checking failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
  }
}

interface Sending {
  readonly isSocket: boolean
  /** Whether the bytes are a whole request, so that an answer comes. */
  readonly isWhole: boolean
}

/** Sends bytes over a connection of its own and collects what comes until the service closes it. */
function send(url: string, bytes: string, { isSocket, isWhole }: Sending): Promise<Answer> {
  return new Promise((resolve_) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let pause: NodeJS.Timeout | undefined
    const end = (how: Answer['end']) => {
      clearTimeout(pause)
      clearTimeout(late)
      socket.destroy()
      resolve_({ text: Buffer.concat(chunks).toString('latin1'), end: how, isSocket })
    }
    const late = setTimeout(() => end('late'), bytes.includes('importDossier') ? IMPORT_PATIENCE : PATIENCE)
    const waitForMore = () => {
      clearTimeout(pause)
      const isStreaming = chunks.length > 0 && isEndless(chunks[0])
      if (isWhole && !isStreaming) return
      pause = setTimeout(() => (isStreaming ? end('streaming') : socket.end()), PAUSE)
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      waitForMore()
    })
    socket.on('error', () => {})
    socket.on('close', () => end('closed'))
    socket.write(bytes, 'latin1', waitForMore)
  })
}

function isEndless(first: Buffer | undefined): boolean {
  return /^content-type: (?:text\/event-stream|multipart\/mixed)/im.test(first?.toString('latin1') ?? '')
}
