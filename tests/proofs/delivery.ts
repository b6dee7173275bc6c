import { deliver } from '../delivery/deliver.ts'
import { WAYS } from '../delivery/ways.ts'
import type { Proof } from './proof.ts'

export const delivery: Proof = {
  name: 'delivery',
  promise:
    'Over every way to follow, each client gets what the log says, once and in order, through kills, restarts, stalls and cut connections.',
  async prove({ long, seed }) {
    const done = await deliver(long ? { schedules: 60, steps: 80, seed } : { schedules: 3, steps: 30, seed })
    return `${done.schedules} schedules (seed ${done.seed}): ${done.members} clients over ${WAYS.length} ways connected ${done.connections} times through ${done.kills} kills and ${done.stops} restarts, ${done.changes} changes: 0 missed, 0 repeated, 0 out of order`
  },
}
