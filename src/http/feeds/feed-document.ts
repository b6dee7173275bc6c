import { createHash } from 'node:crypto'
import type { NewlyRecordedData } from '../../../schema/page-data.d.ts'
import { phrase } from '../pages/parts/chips.ts'
import { day } from '../pages/parts/dates.ts'
import { isRedacted } from '../pages/parts/news.ts'

/** What both formats say of a page of developments, newest recorded first. */
export interface FeedDocument {
  /** Does not change when the public address of the service does. */
  readonly id: string
  readonly title: string
  readonly home: string
  readonly self: string
  /** The address of what was recorded before. Undefined on the last page. */
  readonly next: string | undefined
  readonly updatedAt: string
  readonly entries: readonly FeedEntry[]
}

interface FeedEntry {
  /** The same in every service that holds the development, under any address. */
  readonly id: string
  readonly url: string
  readonly title: string
  readonly summary: string
  readonly publishedAt: string
  readonly updatedAt: string
  /** Who said it, else who published the sources. May be empty. */
  readonly authors: readonly string[]
  readonly categories: readonly { readonly term: string; readonly label: string }[]
}

/** Where a page of a feed is. */
export interface FeedAddress {
  /** Without a trailing slash. */
  readonly publicUrl: string
  readonly name: string
  readonly parameters: URLSearchParams
}

/** The filter: every parameter but the one that asks for a later page. */
export function withoutAfter(parameters: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...parameters].filter(([name]) => name !== 'after'))
}

/** When an empty record was last changed: feeds must say it. */
const NEVER = '1970-01-01T00:00:00.000Z'

/** What a page of developments says in every format, with withdrawn ones that are not among them. */
export function describeFeed(
  { service, developments }: NewlyRecordedData,
  withdrawn: readonly FeedDevelopment[],
  { publicUrl, name, parameters }: FeedAddress,
): FeedDocument {
  const { nodes = [], pageInfo } = developments ?? {}
  const filter = withoutAfter(parameters)
  const self = addressOf(`${publicUrl}/${name}`, parameters)
  const disputes = filter.getAll('disputes')
  const next = new URLSearchParams([...filter, ['after', pageInfo?.endCursor ?? '']])
  const keys = new Set(nodes.map(({ key }) => key))
  const entries = [...withdrawn.filter(({ key }) => !keys.has(key)), ...nodes].map(describeEntry)
  return {
    id: permanentId(`feed:${filter}`),
    title: `Newly recorded developments${disputes.length > 0 ? `: ${disputes.join(', ')}` : ''} · Demarche`,
    home: `${publicUrl}/${disputes.length === 1 ? `disputes/${disputes[0]}` : ''}`,
    self,
    next: pageInfo?.hasNextPage === true ? addressOf(`${publicUrl}/${name}`, next) : undefined,
    updatedAt:
      entries
        .map(({ updatedAt }) => updatedAt)
        .toSorted()
        .at(-1) ??
      service.headAt ??
      NEVER,
    entries,
  }
}

function addressOf(url: string, parameters: URLSearchParams): string {
  return parameters.size > 0 ? `${url}?${parameters}` : url
}

export type FeedDevelopment = NonNullable<NewlyRecordedData['developments']>['nodes'][number]

/** A withdrawn development is an update of its entry that says so: feed readers take an entry that is gone for an old one, and keep it. */
function describeEntry(development: FeedDevelopment): FeedEntry {
  const { key, kind, headline, summary, recordedAt, amendedAt, retraction, permalink, disputes, citations } =
    development
  const isGone = isRedacted(development)
  const withdrawal = isGone ? 'Redacted' : 'Retracted'
  const publishers = citations.map(({ source }) => source.outlet?.name ?? source.author)
  const speakers = 'speakers' in development ? development.speakers.map(({ name }) => name) : []
  return {
    id: permanentId(`development:${key}`),
    url: permalink,
    title: retraction === null ? headline : `${withdrawal}: ${isGone ? key : headline}`,
    summary: retraction === null ? summary : `${withdrawal} on ${day(retraction.at)}: ${retraction.reason}`,
    publishedAt: recordedAt,
    updatedAt: amendedAt ?? recordedAt,
    authors: [...new Set(speakers.length > 0 ? speakers : publishers.filter((name) => name !== null))],
    categories: [
      { term: kind, label: phrase(kind) },
      ...(retraction === null ? [] : [{ term: 'RETRACTED', label: withdrawal }]),
      ...disputes.map((dispute) => ({ term: dispute.key, label: dispute.title })),
    ],
  }
}

/** A UUID of version 8 (RFC 9562) made from a name, so that no public address is part of the id. */
function permanentId(name: string): string {
  const hex = createHash('sha256').update(`demarche:${name}`).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
