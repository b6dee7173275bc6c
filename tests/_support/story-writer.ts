import { openStore } from '../../src/store/open.ts'
import { event, planned } from './planned-changes.ts'

/** Says each event that it has appended to a store from a process of its own, so many of that name, and ends. */
const [, , file = '', name = '', count = ''] = process.argv
const store = await openStore({ file })
for (let number = 0; number < Number(count); number++) {
  const key = `ferry/${name}-${number}`
  await store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
  process.send?.(key)
}
store.close()
process.disconnect?.()
