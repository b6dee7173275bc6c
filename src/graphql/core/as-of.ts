import { seqAt } from '../../store/queries/changes.ts'
import type { Store } from '../../store/store.ts'
import { asBatch } from './batch-loader.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'

/** The argument of root fields that can be read in a past state of the record. */
export const asKnownAt = builder.args((t) => ({
  asKnownAt: t.field({
    type: 'DateTime',
    description:
      'Returns the record as this store knew it at an instant, here and in all fields below, with everything recorded by then and nothing recorded later. A record that was entered later is null, is missing from lists, and matches nothing in a filter. Reference records, including affiliations and outlets, are returned in their current state. Objects read this way have an `id` of their own, which `node` resolves to the same state. Without an instant, or with a future one, the head is read. To ask what sources had reported by a day, use the filter `reportedBy` instead.',
  }),
}))

/** The state of the record that a root field reads. */
interface AsOf {
  /** The seq to read at; 0 if nothing was recorded yet. */
  readonly asOf: number
  /** Whether the client named the state. The ids of what is read there then include its cursor. */
  readonly pinned: boolean
}

/**
 * The seq at which a root field reads: the head of the operation, or the seq at an instant (milliseconds since 1970). A past instant is
 * pinned even if it still is the head, because what was known then does not change. A future instant reads the head. So does one up to which
 * a node may lack changes that others hold: the answer is not kept then, and its ids do not name the state.
 */
export function resolveAsOf(
  { reader, store, seq, markTimeDependent }: Pick<Context, 'reader' | 'store' | 'seq' | 'markTimeDependent'>,
  instant: number | null | undefined,
): AsOf {
  const head = seq()
  if (instant == null) return { asOf: head, pinned: false }
  const recorded = seqAt(reader, instant)
  const asOf = Math.min(recorded, head)
  // The operation may read an earlier head than there is by now.
  const pinned = recorded < head || (recorded === head && isSettled(store, instant))
  if (!pinned) markTimeDependent()
  return { asOf, pinned }
}

/** Whether everything that was recorded up to an instant, in milliseconds since 1970, is in the store, and nothing can be added to it. */
export function isSettled(store: Pick<Store, 'node' | 'now' | 'settledBefore'>, instant: number): boolean {
  return store.node === undefined ? instant <= store.now() : instant < store.settledBefore()
}

/** The record of a root field as it was known at an instant; null if it was not recorded yet. */
export function readAsOf<Row extends object>(
  context: Context,
  instant: number | null | undefined,
  read: (asOf: number) => Row | undefined,
): Row | null {
  const { asOf, pinned } = resolveAsOf(context, instant)
  const row = read(asOf)
  if (row === undefined) return null
  asBatch([row], { pinned })
  return row
}
