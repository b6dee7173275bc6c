import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onMeasuredCore } from './cores.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const running = new Set<ChildProcess>()
// Whatever ends this process ends what it started.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export interface Child {
  readonly process: ChildProcess
  /** The last of what it wrote to stderr. */
  complaint(): string
}

/** Starts Node on a script of this repository, on the core of what is measured. */
export function startNode(script: string, parameters: readonly string[]): Child {
  const [command, all] = onMeasuredCore(process.execPath, [script, ...parameters])
  const child = spawn(command, all, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)))
  return { process: child, complaint: () => complaint }
}

/** Runs a script to its end and returns what it printed, as JSON. */
export async function runNode<Result>(script: string, parameters: readonly string[]): Promise<Result> {
  const child = startNode(script, parameters)
  let printed = ''
  child.process.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const [status] = (await once(child.process, 'close')) as [number | null]
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${child.complaint()}`)
  return JSON.parse(printed) as Result // the script's own print
}

/** Ends a child and waits until it is gone. */
export async function endChild({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(impatience)
}
