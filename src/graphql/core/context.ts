import { encodeFeedCursor } from '../../feed/cursor.ts'
import type { Followable } from '../../feed/feed.ts'
import type { TokenScope } from '../../model/vocabulary/service.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Store } from '../../store/store.ts'

/** On whose behalf an operation runs. */
export interface Viewer {
  readonly scopes: readonly TokenScope[]
}

/** Whoever shows no token, where reading is open to all. */
export const ANONYMOUS: Viewer = { scopes: ['READ'] }

export interface ContextOptions {
  readonly store: Store
  readonly viewer: Viewer
  /** Where permalinks point, without a slash at its end; never taken from a request. */
  readonly publicUrl: string
  /** What subscriptions follow. */
  readonly feed: Followable
  /** When the service started, milliseconds since 1970. */
  readonly startedAt: number
  readonly version: string
}

/** What the resolvers of one operation share. */
export interface Context extends ContextOptions {
  readonly reader: Reader
  /** The seq as of which the operation reads: the head when it was first asked for, whatever is written meanwhile. */
  readonly position: () => number
  /** The feed cursor of a seq. */
  readonly cursorAt: (seq: number) => string
  /** What was made under that name before in this operation, else what `make` makes. A name stands for what follows from it alone. */
  readonly once: <Made>(name: string, make: () => Made) => Made
  /** Notes that what is answered holds for now only: the clock alone may change it. */
  readonly passes: () => void
  readonly isPassing: () => boolean
}

/** Makes the context of one operation. */
export function createContext(options: ContextOptions): Context {
  const { store } = options
  let position: number | undefined
  let passing = false
  const made = new Map<string, unknown>()
  return {
    ...options,
    reader: store.reader,
    position: () => (position ??= store.head()),
    cursorAt: (seq) => encodeFeedCursor(store, seq),
    once<Made>(name: string, make: () => Made): Made {
      // A name stands for one thing.
      if (made.has(name)) return made.get(name) as Made
      const one = make()
      made.set(name, one)
      return one
    },
    passes: () => (passing = true),
    isPassing: () => passing,
  }
}
