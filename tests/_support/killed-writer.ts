import { openStore } from '../../src/store/open.ts'
import { planned } from './planned-changes.ts'

/** A process that appends until it is killed, and sends each acknowledged seq to its parent. */
const store = await openStore({ file: process.argv[2] ?? '' })
for (let number = 1; ; number++) {
  const place = planned('place', { key: `place-${number}`, name: `Place ${number}` })
  const { last } = await store.append({ batches: [[place]], origin: 'API' })
  process.send?.(last)
}
