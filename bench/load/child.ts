import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onMeasuredCore } from './cores.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const running = new Set<ChildProcess>()
// Child processes end with this process, however it ends.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export interface Child {
  readonly process: ChildProcess
  /** The last 2,000 characters of its stderr. */
  errors(): string
}

/** Runs a script of this repository in Node, on the measured core. */
export function startNode(script: string, parameters: readonly string[]): Child {
  const [command, all] = onMeasuredCore(process.execPath, [script, ...parameters])
  const child = spawn(command, all, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)))
  return { process: child, errors: () => errors }
}

/** Runs a script of this repository beside this process, on the core of the load, with a channel for messages. */
export function forkNode(script: string): ChildProcess {
  const child = fork(script, { cwd: ROOT })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Runs a script to its end and returns the JSON that it printed. */
export async function runNode<Result>(script: string, parameters: readonly string[]): Promise<Result> {
  const child = startNode(script, parameters)
  let printed = ''
  child.process.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const [status] = (await once(child.process, 'close')) as [number | null]
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${child.errors()}`)
  return JSON.parse(printed) as Result // the script prints this type
}

/** Ends a child process and waits for its exit; kills it after 15 seconds. */
export async function endChild({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timeout = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(timeout)
}
