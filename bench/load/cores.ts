import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/*
 * The measured process runs on one core and the load on another, if the platform has `taskset` and two cores.
 */

const MEASURED = '0'
const LOAD = '1'

const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', MEASURED, 'true'], { stdio: 'ignore' }).status === 0

/** The command and arguments that run a command on the measured core. */
export function onMeasuredCore(command: string, parameters: readonly string[]): [string, string[]] {
  // taskset replaces itself by the command, so the process id is that of the command.
  return canPin ? ['taskset', ['-c', MEASURED, command, ...parameters]] : [command, [...parameters]]
}

/** Moves this process to the core of the load. Returns a description of the assignment. */
export function moveToLoadCore(): string {
  if (!canPin) return 'processes are not assigned to cores: taskset is missing, or there is only one core'
  move(LOAD)
  return `the measured process runs on core ${MEASURED}, the load on core ${LOAD}`
}

/** Lets this process and what it starts from now on use both cores, until `work` is done: for rows of several services that share the machine. */
export async function onBothCores<Result>(work: () => Promise<Result>): Promise<Result> {
  move(`${MEASURED},${LOAD}`)
  try {
    return await work()
  } finally {
    move(LOAD)
  }
}

/** Its threads, too. */
function move(cores: string): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' })
}
