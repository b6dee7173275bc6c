import { isComparison, namesActors, type Condition } from './conditions.ts'
import type { MentionedTerm } from './full-text.ts'
import type { Search } from './lists.ts'

/*
 * Counts and facets read every row of a list, so they run in steps. Each step yields its work before it reads anything: the caller may let
 * others run first, or end the steps. All steps read as of one seq, so what is committed in between changes nothing.
 */

/** Steps that yield their work, each before it runs. Work: about as many rows of an index, at 0.1 µs each. */
export type Steps<Result> = Generator<number, Result, void>

/** Runs all steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** The most work of a step that can be divided. */
export const STEP_WORK = 500_000

export function stepWorkOf({ stepWork = STEP_WORK }: Pick<Search, 'stepWork'>): number {
  return stepWork
}

const LOOK_UP = 5

/** The work of looking for one of many targets in the postings. */
const PER_TARGET = 3

/** The work of reading a revision by its id. */
export const FETCH = 3

/** The work that conditions add to every row, measured. */
export function workOf(conditions: readonly Condition[]): number {
  return conditions.reduce((sum, condition) => sum + testWork(condition), 0)
}

/** A look-up in another table, in the log or for each target, or a comparison of what the row itself holds. */
function testWork(condition: Condition): number {
  switch (condition.is) {
    case 'MENTIONED':
      return condition.asSet === true ? LOOK_UP : 2 * LOOK_UP * condition.terms.length
    case 'POSTED':
      return LOOK_UP + condition.targets.ids.length * (namesActors(condition) ? 0.5 : PER_TARGET)
    case 'IN_FORCE':
      return 2 * LOOK_UP
    case 'ENTERED':
    case 'CHANGED':
      return LOOK_UP / 2
    default:
      return isComparison(condition) ? 1 : LOOK_UP
  }
}

/** The work of counting the rows of a condition up to a limit, in a log of so many changes. */
export function sizingWork(condition: Condition, limit: number, changes: number): number {
  if (condition.is !== 'MENTIONED') return Math.min(changes, limit) / 2
  const [term, ...others] = condition.terms
  // Several words may meet in few texts, so that all entries of each are read.
  const read = term?.words.length === 1 && others.length === 0 ? Math.min(changes, limit) : changes
  return condition.terms.reduce((sum, each) => sum + read * entryWork(each), 0)
}

/** The work of one entry of the index of texts: the entries of a prefix are merged from those of its words. */
export function entryWork({ words, prefix }: MentionedTerm): number {
  return (prefix ? 4 : 1) * words.length
}
