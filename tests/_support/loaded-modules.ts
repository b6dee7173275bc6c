import { registerHooks } from 'node:module'

/** A process that opens a store, records, and prints the name of every module that it imports meanwhile. */
registerHooks({
  resolve(specifier, context, next) {
    process.stdout.write(`${specifier}\n`)
    return next(specifier, context)
  },
})
const { openStore } = await import('../../src/store/open.ts')
const { planned } = await import('./planned-changes.ts')
const store = await openStore({ file: process.argv[2] ?? '' })
await store.append({ batches: [[planned('place', { key: 'hill', name: 'The Hill' })]], origin: 'API' })
store.close()
