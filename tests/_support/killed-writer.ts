import { openStore } from '../../src/store/open.ts'
import { planned } from './planned-changes.ts'

/** Appends for ever and tells its parent each seq that was acknowledged, until it is killed. */
const store = await openStore({ file: process.argv[2] ?? '' })
for (let number = 1; ; number++) {
  const place = planned('place', { key: `place-${number}`, name: `Place ${number}` })
  const { last } = await store.append({ batches: [[place]], origin: 'API' })
  process.send?.(last)
}
