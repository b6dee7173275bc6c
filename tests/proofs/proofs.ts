import { access } from './access.ts'
import { clock } from './clock.ts'
import { delivery } from './delivery.ts'
import { durable } from './durable.ts'
import { fullDisk } from './full-disk.ts'
import { kill } from './kill.ts'
import { malformed } from './malformed.ts'
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
]
