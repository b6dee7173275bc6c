import { openStore } from '../../src/store/open.ts'
import { planned } from './planned-changes.ts'

/** Appends one place to a store from a process of its own, and ends. */
const [, , file = '', key = ''] = process.argv
const store = await openStore({ file })
await store.append({ batches: [[planned('place', { key, name: `Place ${key}` })]], origin: 'API' })
store.close()
