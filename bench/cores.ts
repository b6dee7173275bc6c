import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/*
 * What is measured runs on one core and what measures it on another, where the platform can be told so.
 */

const MEASURED = '0'
const MEASURING = '1'

const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', MEASURED, 'true'], { stdio: 'ignore' }).status === 0

/** A command and its arguments as they have to be started to run on the core of what is measured. */
export function onMeasuredCore(command: string, parameters: readonly string[]): [string, string[]] {
  // taskset becomes the command: the process keeps its id.
  return canPin ? ['taskset', ['-c', MEASURED, command, ...parameters]] : [command, [...parameters]]
}

/** Puts this process on the core of what measures. Says how processes are spread. */
export function leaveMeasuredCore(): string {
  if (!canPin) return 'no cores are set: taskset is missing, or there is only one'
  spawnSync('taskset', ['-a', '-c', '-p', MEASURING, String(process.pid)], { stdio: 'ignore' })
  return `what is measured runs on core ${MEASURED}, the load on core ${MEASURING}`
}
