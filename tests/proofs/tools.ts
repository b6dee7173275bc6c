import { spawnSync } from 'node:child_process'

/** Whether a program of the system can be run. */
export function hasTool(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
}
