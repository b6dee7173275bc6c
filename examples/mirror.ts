/*
 * Keeps a copy of all records of a Demarche service in an SQLite file, each change exactly once.
 *
 *   npm install demarche-0.1.0.tgz      (made by `npm pack` in a checkout)
 *   node mirror.ts http://localhost:4000 mirror.db
 *
 * The position in the feed is committed together with the change that it belongs to. Whichever side is killed, the mirror goes on after the last
 * change that it has committed.
 */
import { DatabaseSync } from 'node:sqlite'
import { follow } from 'demarche/client'

const [, , service = 'http://localhost:4000', file = 'mirror.db'] = process.argv
const url = new URL('/graphql', service)
const PAGE = 20

interface Change {
  /** `RECORDED`, `REVISED`, `CORRECTED`, `RETRACTED` or `REDACTED`; reference records have none. */
  readonly kind?: string
  readonly cursor: string
  readonly at: string
  /** The revision of a reference record that this change saved. `record` is always as it stands now. */
  readonly saved?: number
  readonly record: { readonly __typename: string; readonly key: string; readonly revision: number }
}

const CHANGE = `
fragment Development on FeedChange { cursor at kind record: development { ...Record } }
fragment Reference on ReferenceSaved { cursor at saved: revision record { ...Record } }
fragment Day on UncertainDate { edtf note }
fragment Parts on Development {
  headline summary date { ...Day } evidentialStatus retraction { reason at }
  disputes { key } contextOf { key } places { key }
  participations { actor { key } role note }
  citations { source { key } credibility locator excerpt basis via { key } }
  codings { type modes contexts auxiliaries initiators { key } recipients { key } }
  figures { quantity value min max asWritten unit note citation { source { key } } }
  bearings { claim { key } bearing by { key } citation { source { key } } note }
  assessments { demand { key } response date { ...Day } by { key } citation { source { key } } note }
  statusChanges { measure { key } status date { ...Day } note }
  links { relation development { key } note }
}
fragment Record on Node {
  __typename
  ... on Event { key revision ...Parts eventKind }
  ... on Statement {
    key revision ...Parts acts channel speakers { key } onBehalfOf { key } addressees { key } demands { key }
    quotes { text language translated citation { source { key } } }
    positions { claim { key } holder { key } stance attribution alternative { key } note quotes { text } citations { source { key } } }
  }
  ... on Measure { key revision ...Parts measureKind legalCharacter legalBasis imposedBy { key } targets { key } beneficiaries { key } }
  ... on Actor {
    key revision name kind country description aliases identifiers { scheme value }
    affiliations { organisation { key } relation office date { ...Day } sources { key } }
  }
  ... on Place { key revision name country latitude longitude identifiers { scheme value } }
  ... on Source {
    key revision title outlet { key } republishedBy { key } genre note author url archiveUrl publishedOn { ...Day } accessedOn language reliability
  }
  ... on Dispute {
    key revision title summary period { ...Day } parties { key } centralClaim { key }
    phases { label date { ...Day } summary sources { key } } precedents { key }
  }
  ... on Claim { key revision proposition dispute { key } relations { relation claim { key } sources { key } } }
  ... on Demand { key revision text remedy dispute { key } madeBy { key } addressees { key } }
}`

const mirror = new DatabaseSync(file)
mirror.exec(`
  pragma journal_mode = wal;
  create table if not exists records (
    type text, key text, revision integer not null, kind text, content text not null, primary key (type, key)
  ) strict;
  create table if not exists changes (
    cursor text primary key, at text not null, kind text, type text not null, key text not null, revision integer not null
  ) strict;
  create table if not exists position (id integer primary key check (id = 1), cursor text not null) strict;
`)
const store = {
  record: mirror.prepare('insert or replace into records values (?, ?, ?, ?, ?)'),
  // Its primary key refuses a change that comes a second time.
  change: mirror.prepare('insert into changes values (?, ?, ?, ?, ?, ?)'),
  position: mirror.prepare('insert or replace into position values (1, ?)'),
}

/** Stores the changes and the position that they lead to, all or none. */
function apply(changes: readonly Change[], cursor: string): void {
  mirror.exec('begin immediate')
  try {
    for (const { cursor: own, at, kind = null, saved, record } of changes) {
      const { __typename: type, key, revision, ...content } = record
      store.record.run(type, key, revision, kind, JSON.stringify(content))
      store.change.run(own, at, kind, type, key, saved ?? revision)
    }
    store.position.run(cursor)
    mirror.exec('commit')
  } catch (error) {
    mirror.exec('rollback')
    throw error
  }
}

interface Page {
  readonly changes: readonly Change[]
  readonly references: readonly Change[]
  readonly cursor: string
  readonly hasMore: boolean
}

/** A page of the feed from the beginning of the record. Tries again until the service answers. */
async function readPage(after: string | null): Promise<Page> {
  const query = `query ($after: FeedCursor) {
    feedPage(after: $after, first: ${PAGE}, references: true) { changes { ...Development } references { ...Reference } cursor hasMore }
  } ${CHANGE}`
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables: { after } }),
      })
      const { data, errors } = (await response.json()) as {
        data?: { feedPage: Page | null }
        errors?: { message: string }[]
      }
      if (data?.feedPage) return data.feedPage
      if (response.status < 500) throw new RangeError(errors?.[0]?.message ?? `status ${response.status}`)
    } catch (error) {
      if (error instanceof RangeError) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

let position = mirror.prepare('select cursor from position').get()?.['cursor'] as string | undefined
for (let hasMore = position === undefined; hasMore;) {
  const page = await readPage(position ?? null)
  // Developments refer to reference records, so those come first.
  apply([...page.references, ...page.changes], page.cursor)
  position = page.cursor
  hasMore = page.hasMore
}
console.log(`The copy has everything up to ${position}. Following.`)

interface Followed {
  readonly feed: { readonly __typename: string } & Partial<Change>
}

const feed = follow<Followed>({
  url,
  after: position,
  query: `subscription { feed(references: true) { __typename ...Development ...Reference } } ${CHANGE}`,
  onRetry: (error, delay) => console.error(`${error.message} Trying again in ${Math.ceil(delay / 1_000)} s.`),
})
for await (const { data, cursor } of feed) {
  // Types of message may be added: of those without a record, only the position counts.
  const { record } = data.feed
  apply(record === undefined ? [] : [data.feed as Change], cursor)
}
