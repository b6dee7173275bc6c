import { setTimeout as wait } from 'node:timers/promises'
import {
  getArgumentValues,
  getNamedType,
  Kind,
  type GraphQLObjectType,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql'
import { reachCursors } from '../../feed/cursor.ts'
import { cursorOfId, NODES_MAX } from './node.ts'
import type { Store } from '../../store/store.ts'

/*
 * A node of a log may be behind others. What an operation names, in the arguments of its root fields, may be ahead of this node: a cursor, the
 * id of a past state, or an instant up to which the node does not hold everything yet. The operation then waits before it reads anything, so
 * that every node gives one answer. A store that holds the log itself has nothing to wait for.
 */

/** Milliseconds in which a node has looked at its log again, unless the log cannot be reached. */
const SETTLING = 3_000
const SETTLED_EVERY = 20

/**
 * Waits until the store holds what the operation names, and the `Last-Event-ID` of a client that reconnects. Throws `NODE_BEHIND`,
 * `LOG_UNREACHABLE`.
 */
export async function reachArguments(
  store: Store,
  prepared: ValidatedExecutionArgs,
  lastEventId?: string,
): Promise<void> {
  if (store.node === undefined) return
  const { cursors, instants } = namedIn(prepared)
  await reachCursors(store, lastEventId === undefined ? cursors : [lastEventId])
  if (instants.length > 0) await settle(store, Math.max(...instants))
}

/** Waits until a past instant is settled, unless the log cannot be reached: what is read then holds in passing only. */
export async function settle(store: Store, instant: number): Promise<void> {
  if (store.node === undefined || instant > store.now()) return
  const end = performance.now() + SETTLING
  while (instant >= store.settledBefore() && store.node.state().log.reachable && performance.now() < end) {
    store.node.lookAfter(instant)
    await wait(SETTLED_EVERY)
  }
}

interface Named {
  readonly cursors: string[]
  /** Milliseconds since 1970. */
  readonly instants: number[]
}

function namedIn({ schema, operation, fragments, variableValues }: ValidatedExecutionArgs): Named {
  const named: Named = { cursors: [], instants: [] }
  const root = schema.getRootType(operation.operation)
  if (root != null) addNamed(operation.selectionSet, { root, fragments, variableValues }, named)
  return named
}

interface Within extends Pick<ValidatedExecutionArgs, 'fragments' | 'variableValues'> {
  readonly root: GraphQLObjectType
}

function addNamed({ selections }: SelectionSetNode, within: Within, named: Named): void {
  const { root, fragments, variableValues } = within
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments[selection.name.value]
      if (fragment !== undefined) addNamed(fragment.definition.selectionSet, within, named)
    } else if (selection.kind === Kind.INLINE_FRAGMENT) addNamed(selection.selectionSet, within, named)
    else {
      const field = root.getFields()[selection.name.value]
      if (field === undefined || field.args.length === 0) continue
      const { after, id, ids = [id], asKnownAt, instant } = getArgumentValues(field, selection, variableValues)
      if (
        typeof after === 'string' &&
        field.args.some(({ name, type }) => name === 'after' && getNamedType(type).name === 'FeedCursor')
      )
        named.cursors.push(after)
      // A longer list is refused by its resolver, and must not take the time of reading it.
      for (const each of (ids as readonly unknown[]).slice(0, NODES_MAX)) {
        const cursor = typeof each === 'string' ? cursorOfId(each) : undefined
        if (cursor !== undefined) named.cursors.push(cursor)
      }
      for (const each of [asKnownAt, instant]) if (typeof each === 'number') named.instants.push(each)
    }
  }
}
