import { openStore } from '../../src/store/open.ts'
import { event, planned } from './planned-changes.ts'

/** A process that appends events to a store, sends the key of each to its parent, and ends. */
const [, , file = '', name = '', count = ''] = process.argv
const store = await openStore({ file })
for (let number = 0; number < Number(count); number++) {
  const key = `ferry/${name}-${number}`
  await store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
  process.send?.(key)
}
store.close()
process.disconnect?.()
