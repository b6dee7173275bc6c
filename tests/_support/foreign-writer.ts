import { openStore } from '../../src/store/open.ts'
import { planned } from './planned-changes.ts'

/** A process that appends one place to a store and ends. */
const [, , file = '', key = ''] = process.argv
const store = await openStore({ file })
await store.append({ batches: [[planned('place', { key, name: `Place ${key}` })]], origin: 'API' })
store.close()
