import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export const DEMARCHE = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments for Node. */
  readonly node?: readonly string[]
  /** The program of another version. */
  readonly program?: string | undefined
}

/** Runs a command of the real program to its end. */
export async function demarche(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { child, outcome } = start(args, surroundings)
  child.stdin?.end()
  return outcome
}

export interface Serving extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  /** Its output until it was ready. */
  readonly printed: string
  readonly outcome: Promise<Outcome>
}

/** Starts `demarche serve` on a free port and waits until it is ready. */
export async function startServing(args: readonly string[], surroundings: Surroundings = {}): Promise<Serving> {
  const { child, outcome, output } = start(['serve', '--port', '0', ...args], surroundings)
  while (!output().includes('Ready.')) {
    const ended = await Promise.race([once(child.stdout ?? child, 'data').then(() => undefined), outcome])
    if (ended !== undefined) throw new Error(`demarche serve ended: ${JSON.stringify(ended)}`)
  }
  const url = /http:\/\/localhost:\d+/.exec(output())?.[0] ?? ''
  return {
    child,
    url,
    printed: output(),
    outcome,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await outcome
    },
  }
}

/**
 * A port that is free now, for a service that is restarted on it. It is none of those that systems give to connections and to servers without a
 * port of their own, which other tests may take meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

/** Starts a command of the real program. The caller must end it. */
export function start(args: readonly string[], { cwd, env = {}, node = [], program = DEMARCHE }: Surroundings) {
  const child = spawn(process.execPath, [...node, program, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const outcome = once(child, 'close').then(([status, signal]): Outcome => {
    // The event `close` of a child process has these two arguments.
    return { status: status as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr }
  })
  return { child, outcome, output: () => stdout }
}
