import { expect, test } from 'vitest'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

test('appends that are asked for at once are made one after the other, a refused one in between', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const one = (key: string) => store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
  const refused = store.append({ batches: [[planned('event', event(), { revision: 7 })]], origin: 'API' })
  const begun = store.append({ batches: [setting], origin: 'API' })
  const outcomes = await Promise.allSettled([refused, begun, one('ferry/a'), one('ferry/b'), one('ferry/c')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(store.head()).toBe(setting.length + 3)
})
