import type { HowManyDevelopmentsData, WithdrawnData } from '../../../../schema/page-data.d.ts'
import { REDACTED_TEXT } from '../../../model/records/redaction.ts'
import { changedScopeOf, isPast, newScopeOf, scopeOf } from '../charts/as-of.ts'
import { readQuery, type Visit } from '../page.ts'
import { counted } from './chips.ts'
import { day, minute } from './dates.ts'
import { html, recorded, type Html } from './html.ts'
import { developmentLink } from './links.ts'
import type { Moments, Since } from './moments.ts'

type Entry = NonNullable<WithdrawnData['developments']>['nodes'][number]

/** Developments that were retracted or redacted, the last first. */
export interface Withdrawn<Node extends { readonly retraction: unknown } = Entry> {
  readonly entries: readonly (Node & { readonly retraction: NonNullable<Node['retraction']> })[]
  /** How many more there are. */
  readonly unread: number
}

const QUERIES = { count: readQuery('how-many-developments'), withdrawn: readQuery('withdrawn') }

/**
 * What was withdrawn since the time that the reader asked for, of the developments that match a filter by their last content, if it was on
 * record by then. A redacted one has no content left, so it matches every filter. Null if the address has no such time.
 */
export async function readWithdrawn(
  ask: Visit['ask'],
  moments: Pick<Moments, 'on' | 'reported' | 'known' | 'since'>,
  filter: Readonly<Record<string, unknown>>,
): Promise<Withdrawn | null> {
  const { since, known } = moments
  if (since === null) return null
  const changed = changedScopeOf(since.instant, filter)
  const read = async (variables: object) =>
    (await ask<WithdrawnData>(QUERIES.withdrawn, { ...variables, known })).developments
  return findWithdrawn(read, { ...scopeOf(moments, filter), ...changed }, changed)
}

/** A page of developments, the last changed first. */
type Read<Node> = (variables: {
  readonly filter: object
  readonly first: number
  readonly after: string | null
}) => Promise<{
  readonly totalCount: number | null
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: readonly Node[]
} | null>

/** Pages of 100 changed developments in which the withdrawn ones are looked for. */
const PAGES = 5

/** What a redaction leaves of a development matches this, and hardly anything else does. */
const REDACTED = { text: REDACTED_TEXT, inAnyDispute: false }

/** The withdrawn developments among those that match a filter, and the redacted ones among those that match only a part of it (`redacted`). */
export async function findWithdrawn<
  Node extends { readonly key: string; readonly headline: string; readonly retraction: unknown },
>(read: Read<Node>, filter: object, redacted: object): Promise<Withdrawn<Node>> {
  const totalOf = async (conditions: object) =>
    (await read({ filter: conditions, first: 0, after: null }))?.totalCount ?? 0
  const find = async (conditions: object): Promise<Withdrawn<Node>> => {
    const changed = { ...conditions, includeRetracted: true }
    const total = (await totalOf(changed)) - (await totalOf(conditions))
    const entries: Withdrawn<Node>['entries'][number][] = []
    let after: string | null = null
    for (let pages = 0; entries.length < total && pages < PAGES; pages++) {
      const page: Awaited<ReturnType<Read<Node>>> = await read({ filter: changed, first: 100, after })
      entries.push(...(page?.nodes ?? []).filter(isWithdrawn))
      if (page?.pageInfo.hasNextPage !== true) break
      after = page.pageInfo.endCursor
    }
    return { entries, unread: total - entries.length }
  }
  const [matching, all] = [await find(filter), await find({ ...redacted, ...REDACTED })]
  const found = new Set(matching.entries.map(({ key }) => key))
  const others = all.entries.filter((entry) => isRedacted(entry) && !found.has(entry.key))
  const entries = [...others, ...matching.entries]
  if (matching.unread === 0 || others.length === 0) return { entries, unread: Math.max(matching.unread, all.unread) }
  // Those of the others that match the filter count as unread there. It has no keys: all that match so few are read.
  const keys = others.map(({ key }) => key)
  const named = await totalOf({ ...filter, includeRetracted: true, keys })
  return { entries, unread: Math.max(matching.unread - named, all.unread) }
}

function isWithdrawn<Node extends { readonly retraction: unknown }>(
  node: Node,
): node is Node & { readonly retraction: NonNullable<Node['retraction']> } {
  return node.retraction !== null
}

/** Whether the content of a development was removed. */
export function isRedacted({ headline }: { readonly headline: string }): boolean {
  return headline === REDACTED_TEXT
}

/** How many developments match a filter. */
export async function countOf(ask: Visit['ask'], filter: object, known: string | null): Promise<number> {
  return (await ask<HowManyDevelopmentsData>(QUERIES.count, { filter, known })).developments?.totalCount ?? 0
}

/** How many developments a page is of at its times (`shown`) and now (`all`), how many are new, and what was withdrawn since. */
export interface Counts {
  readonly shown: number
  readonly all: number
  readonly news: News | null
}

export interface News {
  readonly count: number
  readonly withdrawn: Withdrawn | null
}

/** The same of the developments that match a filter. Null on a page of the present without marks. */
export async function readCounts(
  ask: Visit['ask'],
  moments: Moments,
  filter: Readonly<Record<string, unknown>>,
): Promise<Counts | null> {
  if (!isPast(moments) && moments.since === null) return null
  return {
    shown: await countOf(ask, scopeOf(moments, filter), moments.known),
    all: await countOf(ask, filter, moments.known),
    news: await readNews(ask, moments, filter),
  }
}

/** What is new of the developments that match a filter. Null where nothing is marked. */
export async function readNews(
  ask: Visit['ask'],
  moments: Moments,
  filter: Readonly<Record<string, unknown>>,
): Promise<News | null> {
  // What was retracted is not new, also where a search asks for it.
  const standing = { ...filter, includeRetracted: false }
  const newer = newScopeOf(moments, standing)
  if (newer === null) return null
  return { count: await countOf(ask, newer, moments.known), withdrawn: await readWithdrawn(ask, moments, standing) }
}

/** What stands above a page with marks. `all` is null on the page of a single development. */
export function describeNews(
  { since, count, withdrawn, all }: News & { readonly since: Since; readonly all: number | null },
  {
    shifts = [],
    answers = 0,
    see,
    now,
  }: {
    readonly shifts?: readonly { readonly name: string; readonly claims: number }[]
    readonly answers?: number
    /** Where the new ones are listed. Undefined where the page marks all of them. */
    readonly see?: Html
    readonly now: string
  },
): Html {
  const when = since.by === 'reports' || since.text.length === 10 ? day(since.day) : minute(since.instant)
  const what = since.by === 'reports' ? 'first reported' : 'recorded or amended here'
  const told =
    all === null
      ? `it is ${count === 0 ? 'not ' : ''}among what was`
      : `${count === 0 ? 'none' : count} of ${counted(all, 'development')} ${count === 1 ? 'was' : 'were'}`
  return html`<div class="since" role="note">
    <p>
      <b>Since ${when}:</b> ${told} ${what}.${' '}
      ${shifts.map(({ name, claims }) => html`<b><bdi dir="auto">${name}</bdi> changed position</b> on ${counted(claims, 'claim')}. `)}
      ${answers > 0 && html`<b>${counted(answers, 'demand')}</b> got a new answer. `}
    </p>
    ${withdrawn && describeWithdrawn(withdrawn)}
    <p class="acts">${count > 0 && see && html`${see} · `}<a href="${now}" exact>Remove the marks</a></p>
  </div>`
}

/** Withdrawn entries that are listed. */
const LISTED = 12

function describeWithdrawn({ entries, unread }: Withdrawn): Html {
  const total = entries.length + unread
  const shown = entries.slice(0, LISTED)
  return (
    total > 0 &&
    html`<p><b>${counted(total, 'entry was', 'entries were')} withdrawn</b> since then, and ${total === 1 ? 'counts' : 'count'} no more:</p>
    <ul class="plain">${shown.map(describeEntry)}</ul>
    ${total > shown.length && html`<p>And ${counted(total - shown.length, 'earlier one')}.</p>`}`
  )
}

function describeEntry(entry: Withdrawn['entries'][number]): Html {
  const { key, retraction } = entry
  const link = isRedacted(entry) ? html`<a href="/developments/${key}">${key}</a>` : developmentLink(entry)
  return html`<li>${isRedacted(entry) ? 'Redacted' : 'Retracted'} on ${day(retraction.at)}: ${link}<span class="m">${recorded(retraction.reason)}</span>${isRedacted(entry) && html`<span class="m">It no longer says what it was part of, so every page names it.</span>`}</li>`
}
