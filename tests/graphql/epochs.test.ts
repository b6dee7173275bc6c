import { expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { deskOf } from '../../src/graphql/recording/desk.ts'
import { contextOf } from '../_support/desk.ts'
import { planned } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/*
 * The log of a node may be put back while an operation runs. A cursor with the new epoch and a seq of the old one would be taken for one of the
 * new log as soon as that goes so far, and a client would miss what is before it.
 */

test.each([
  ['that reads the head first', 'FORMER', (context: Context) => context.seq()],
  ['that makes a cursor first', 'FORMER', (context: Context) => context.cursorAt(1)],
  ['that records first', 'FORMER', (context: Context) => deskOf(context, 'savePlace', {})],
  ['that has done nothing yet', 'CURRENT', () => {}],
] as const)('an operation %s makes cursors of the %s epoch', async (_, named, begin) => {
  await using opened = await openTemporaryStore()
  const { store } = opened
  await store.append({ batches: [[planned('place', { key: 'hill', name: 'Hill' })]], origin: 'API' })
  const context = contextOf({ store, url: 'http://localhost' }, { name: 'desk', scope: 'RECORD' })
  const epochs = { FORMER: store.epoch(), CURRENT: 'another' }
  begin(context)
  Object.assign(store, { epoch: () => epochs.CURRENT, head: () => 9 })
  const seq = context.seq()
  expect(context.cursorAt(seq)).toBe(encodeFeedCursor({ epoch: () => epochs[named] }, seq))
})

type Context = ReturnType<typeof contextOf>
