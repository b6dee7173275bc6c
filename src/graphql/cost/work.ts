import { DemarcheError } from '../../model/errors.ts'
import type { Steps } from '../../store/search/steps.ts'
import type { Limits } from '../../model/limits.ts'
import { assertInTime, type FieldCount } from './result-limits.ts'
import { TURN_MILLISECONDS, type Turn } from './turn.ts'

/*
 * How much pages, counts and facets of developments read is known only when they run. They run in steps. Between steps, an operation lets others
 * run as soon as it has had its share of a turn of the event loop. The steps of counts and facets, which always read a whole list, are charged to
 * the operation before they run and are refused above its limit.
 */

/** What the counts and facets of an operation have read, in the unit of `Steps`. */
export interface Work {
  done: number
  /** Whether the operation has its result, so that nothing more is read for it. */
  isOver: boolean
}

const WORK_PER_MILLISECOND = 10_000

/** The milliseconds for which a turn may have run before a long step. */
const FRESH = 10

/** The part of the context of an operation that its counts need. */
interface Worker {
  readonly work: Work
  readonly turn: Turn
  readonly count: FieldCount
  readonly limits: Pick<Limits, 'countedRows'>
}

/** Runs the steps of a page. Returns the result at once if they fit in this turn of the event loop. Throws, or rejects with, what they throw. */
export function inTurns<Result>(worker: Worker, steps: Steps<Result>): Result | Promise<Result> {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (!fits(worker, value)) return withoutWarning(continueInTurns(worker, steps, value))
    assertNotOver(worker)
  }
}

async function continueInTurns<Result>(worker: Worker, steps: Steps<Result>, firstWork: number): Promise<Result> {
  for (let work = firstWork; ;) {
    if (!fits(worker, work)) await worker.turn.next()
    // Other parts of the operation may have used most of that turn.
    if (!fits(worker, work) && worker.turn.elapsed > FRESH) await worker.turn.next()
    assertNotOver(worker)
    assertInTime(worker.count)
    const { done, value } = steps.next()
    if (done === true) return value
    work = value
  }
}

function fits({ turn }: Worker, work: number): boolean {
  return turn.elapsed + work / WORK_PER_MILLISECOND <= TURN_MILLISECONDS
}

function assertNotOver({ work }: Worker): void {
  if (work.isOver) throw new Error('the operation has ended')
}

/** Runs the steps of a count or a facet. Besides, throws `QUERY_TOO_COMPLEX` above the limit `countedRows`. */
export function countInTurns<Result>(worker: Worker, steps: Steps<Result>): Result | Promise<Result> {
  return inTurns(worker, charged(worker, steps))
}

function* charged<Result>({ work, limits: { countedRows } }: Worker, steps: Steps<Result>): Steps<Result> {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (work.done + value > countedRows) {
      const message = `The counts and facets of this operation read more than ${countedRows} rows, the limit. Request fewer of them at a time, or narrow the filters.`
      throw new DemarcheError('QUERY_TOO_COMPLEX', message)
    }
    work.done += value
    yield value
  }
}

/** Passes a value on, now or when it is there. */
export function whenDone<Value, Result>(
  value: Value | Promise<Value>,
  use: (value: Value) => Result,
): Result | Promise<Result> {
  return value instanceof Promise ? withoutWarning(value.then(use)) : use(value)
}

/** An operation may end with the error of another field, and then nobody waits for this one. */
function withoutWarning<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {})
  return promise
}
