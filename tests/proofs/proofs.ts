import { access } from './access.ts'
import { clock } from './clock.ts'
import { delivery } from './delivery.ts'
import { durable } from './durable.ts'
import { fullDisk } from './full-disk.ts'
import { kill } from './kill.ts'
import { malformed } from './malformed.ts'
import { bell } from './nodes/bell.ts'
import { chaos } from './nodes/chaos.ts'
import { hops } from './nodes/hops.ts'
import { killedAppend } from './nodes/killed-append.ts'
import { knownAt } from './nodes/known-at.ts'
import { oneRecord } from './nodes/one-record.ts'
import { outage } from './nodes/outage.ts'
import { putBack } from './nodes/put-back.ts'
import { versions } from './nodes/versions.ts'
import type { Proof } from './proof.ts'
import { soak } from './soak.ts'
import { together } from './together.ts'
import { swap } from './swap.ts'
import { tornLog } from './torn-log.ts'

export const PROOFS: readonly Proof[] = [
  access,
  clock,
  tornLog,
  swap,
  durable,
  fullDisk,
  together,
  kill,
  delivery,
  malformed,
  soak,
  oneRecord,
  bell,
  killedAppend,
  knownAt,
  outage,
  hops,
  putBack,
  versions,
  chaos,
]
