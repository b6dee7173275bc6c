import { seqAt } from '../../store/queries/changes.ts'
import { builder } from './builder.ts'
import { gather } from './batch-loader.ts'
import type { Context } from './context.ts'

/** The argument of the fields that can be read as of a past position. */
export const asKnownAt = builder.args((t) => ({
  asKnownAt: t.field({
    type: 'DateTime',
    description:
      'As this store knew it at an instant: all that had been recorded by then and nothing after it, here and in everything below. What entered later is null, and absent from lists; a filter that names it finds nothing. Names of actors, titles of sources and all else of reference records, affiliations and outlets too, are as they are saved now. What is read so has an `id` of its own, which `node` resolves to the same state. The head where it is left out, or in the future. What had been reported by a day, by the dates of sources, is another question than what was recorded here.',
  }),
}))

interface Reading {
  /** The seq as of which to read; 0 where nothing was known. */
  readonly asOf: number
  /** Whether that position was named, so that what is read there has ids that say it. */
  readonly pinned: boolean
}

/**
 * Where a root field reads: at the operation's position, or at an instant (milliseconds since 1970) before it. What was known at an instant
 * that has passed stays so, even where it is the head still; at one that is to come, the head is all that can be told.
 */
export function readingAt(
  { reader, store, position, markTimeDependent }: Pick<Context, 'reader' | 'store' | 'position' | 'markTimeDependent'>,
  instant: number | null | undefined,
): Reading {
  const head = position()
  if (instant == null) return { asOf: head, pinned: false }
  const asOf = Math.min(seqAt(reader, instant), head)
  const pinned = asOf < head || instant <= store.now()
  if (!pinned) markTimeDependent()
  return { asOf, pinned }
}

/** The record of a root field as it was known at an instant; null where it was unknown then. */
export function readKnown<Row extends object>(
  context: Context,
  instant: number | null | undefined,
  read: (asOf: number) => Row | undefined,
): Row | null {
  const { asOf, pinned } = readingAt(context, instant)
  const row = read(asOf)
  if (row === undefined) return null
  gather([row], { pinned })
  return row
}
