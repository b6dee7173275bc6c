import { canonicalJson, isMap, listOf } from '../../model/records/canonical-json.ts'
import type { Path } from '../../model/records/references.ts'
import { formatPath } from '../format/problems.ts'

/** A field in which two contents of a record differ. */
export interface FieldChange {
  /** As `citations[0].credibility`; indexes are those of the new content. */
  readonly path: string
  /** The old and the new value: a text clipped around the first difference, a number, true or false. Absent if the field is. */
  readonly from?: Value
  readonly to?: Value
  /** Items of a list, written as texts or JSON and clipped; the first ten. Both are absent if only the order differs. */
  readonly added?: readonly string[]
  readonly removed?: readonly string[]
}

type Value = string | number | boolean | null

/** How many characters of a value, items of a list and fields of a record are listed. */
const SHOWN = 100
const ITEMS = 10
const FIELDS = 20
const MORE = '…'

/**
 * The fields in which two canonical contents differ: the first twenty, and one with the path `…` if there are more. Maps are compared field
 * by field. In lists, items that are in both are left out; other maps at the same index of equally long lists are compared field by field.
 */
export function fieldChanges(before: string, after: string): FieldChange[] {
  const found: FieldChange[] = []
  compare(JSON.parse(before), JSON.parse(after), [], found)
  return found.length <= FIELDS ? found : [...found.slice(0, FIELDS), { path: MORE }]
}

function compare(before: unknown, after: unknown, path: Path, found: FieldChange[]): void {
  if (textOf(before) === textOf(after) || found.length > FIELDS) return
  if (isMap(before) && isMap(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted())
      compare(before[name], after[name], [...path, name], found)
  } else if (Array.isArray(before) || Array.isArray(after)) {
    compareLists(listOf(before), listOf(after), path, found)
  } else {
    const start = firstDifference(before, after)
    const [from, to] = [before, after].map((value) => (value === undefined ? {} : { value: shown(value, start) }))
    found.push({
      path: formatPath(path),
      ...(from !== undefined && 'value' in from ? { from: from.value } : {}),
      ...(to !== undefined && 'value' in to ? { to: to.value } : {}),
    })
  }
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: Path, found: FieldChange[]): void {
  let removed = without(before, after)
  let added = without(after, before)
  const paired = new Set(before.length === after.length ? removed.keys().filter((index) => added.has(index)) : [])
  for (const index of paired) {
    const [former, latter] = [before[index], after[index]]
    if (isMap(former) && isMap(latter)) compare(former, latter, [...path, index], found)
    else paired.delete(index)
  }
  removed = new Map([...removed].filter(([index]) => !paired.has(index)))
  added = new Map([...added].filter(([index]) => !paired.has(index)))
  if (paired.size > 0 && removed.size + added.size === 0) return
  const items = (list: ReadonlyMap<number, unknown>) => [
    ...[...list.values()].slice(0, ITEMS).map((item) => String(shown(item, 0))),
    ...(list.size > ITEMS ? [`… and ${list.size - ITEMS} more`] : []),
  ]
  found.push({
    path: formatPath(path),
    ...(added.size === 0 ? {} : { added: items(added) }),
    ...(removed.size === 0 ? {} : { removed: items(removed) }),
  })
}

/** The items of a list that another lacks, by index. An item that stands in both, but more often in the first, is among them. */
function without(list: readonly unknown[], other: readonly unknown[]): Map<number, unknown> {
  const counts = new Map<string, number>()
  for (const item of other) counts.set(textOf(item), (counts.get(textOf(item)) ?? 0) + 1)
  const left = new Map<number, unknown>()
  for (const [index, item] of list.entries()) {
    const count = counts.get(textOf(item)) ?? 0
    if (count === 0) left.set(index, item)
    else counts.set(textOf(item), count - 1)
  }
  return left
}

/** The line that describes a change: `headline: "The ferry sinks" → "The ferry goes down"`. */
export function formatFieldChange({ path, from, to, added = [], removed = [] }: FieldChange): string {
  if (path === MORE) return '… and more fields'
  const parts = [
    ...(from === undefined && to === undefined ? [] : [`${written(from)} → ${written(to)}`]),
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(', ')}`]),
  ]
  return `${path}: ${parts.length === 0 ? 'the order' : parts.join('; ')}`
}

function written(value: Value | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/** The index at which two texts begin to differ; 0 for other values. */
function firstDifference(before: unknown, after: unknown): number {
  if (typeof before !== 'string' || typeof after !== 'string') return 0
  let index = 0
  while (index < before.length && before[index] === after[index]) index++
  return index
}

/** A value without most of what surrounds its first difference. */
function shown(value: unknown, difference: number): Value {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  const text = typeof value === 'string' ? value : textOf(value)
  const start = text.length <= SHOWN ? 0 : Math.max(0, Math.min(difference - SHOWN / 4, text.length - SHOWN))
  const end = start + SHOWN
  const clipped = text.slice(start, end).toWellFormed()
  return `${start > 0 ? '…' : ''}${clipped}${end < text.length ? '…' : ''}`
}

function textOf(value: unknown): string {
  return value === undefined ? '' : typeof value === 'object' ? canonicalJson(value) : JSON.stringify(value)
}
