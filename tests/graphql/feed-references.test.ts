import { describe, expect, test } from 'vitest'
import type { PlannedChange } from '../../src/store/append.ts'
import { redactRecord } from '../../src/store/open.ts'
import { read } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { story } from '../_support/ferry-story.ts'
import { type Message, TRANSPORTS } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const MESSAGE = `cursor
  ... on FeedChange { development { key } }
  ... on ReferenceSaved { revision record { id ... on Actor { key name } ... on Place { key } ... on Source { key }
    ... on Dispute { key } ... on Claim { key } ... on Demand { key } } }`
const PAGE = `query ($after: FeedCursor, $filter: FeedFilter, $first: Int! = 3, $references: Boolean = true) {
  feedPage(after: $after, filter: $filter, first: $first, references: $references) {
    changes { ...M } references { ...M } cursor hasMore } } fragment M on FeedMessage { ${MESSAGE} }`
const FEED = `subscription ($after: FeedCursor, $filter: FeedFilter, $references: Boolean = true) {
  feed(after: $after, filter: $filter, references: $references, heartbeat: 300) { __typename ${MESSAGE} } }`

interface Sent {
  readonly cursor: string
  readonly development?: { readonly key: string }
  readonly revision?: number
  readonly record?: { readonly id: string; readonly key: string; readonly name?: string }
}
interface Page {
  readonly changes: readonly Sent[]
  readonly references: readonly Sent[]
  readonly cursor: string
  readonly hasMore: boolean
}

const renamed = planned(
  'actor',
  { key: 'north', name: 'Northern League', kind: 'state' },
  { kind: 'REVISED', revision: 2 },
)
const recorded: readonly (readonly PlannedChange[])[] = [
  setting,
  ...story,
  [renamed, planned('event', event({ event: 'ferry/new' }))],
]
/** Everything in the log, by key. */
const wholeLog = recorded.flat().map(({ key, revision, record }) => (isReference(record) ? `${key} ${revision}` : key))

describe('feedPage with references', () => {
  test.each([1, 2, 7, 100])('returns the whole log once, %i at a time', async (first) => {
    await using app = await openApp({ recorded })
    const sent: Sent[] = []
    for (let after: string | null = null; ;) {
      const page = (await read(app, PAGE, { after, first }))['feedPage'] as Page
      const both = [...page.changes, ...page.references]
      expect(both.length).toBeLessThanOrEqual(first)
      // The order of each list is that of the log, and the cursors say how they come together.
      for (const list of [page.changes, page.references]) expect(list).toEqual(inLogOrder(list))
      sent.push(...inLogOrder(both))
      if (!page.hasMore) break
      after = page.cursor
    }
    expect(sent.map(nameOf)).toEqual(wholeLog)
  })

  test('returns records as they are now, with the ids of lists, under any filter', async () => {
    await using app = await openApp({ recorded })
    const variables = { filter: { keys: ['ferry/new'] }, first: 100 }
    const { changes, references } = (await read(app, PAGE, variables))['feedPage'] as Page
    expect(changes.map(nameOf)).toEqual(['ferry/new'])
    expect(references.map(nameOf)).toEqual(wholeLog.filter((name) => name.includes(' ')))
    const { actor } = await read(app, '{ actor(key: "north") { id key name } }')
    expect(references.filter(({ record }) => record?.key === 'north')).toMatchObject([
      { revision: 1, record: actor },
      { revision: 2, record: actor },
    ])
  })

  test('returns none unless asked', async () => {
    await using app = await openApp({ recorded })
    for (const references of [false, null]) {
      const page = (await read(app, PAGE, { references, first: 100 }))['feedPage'] as Page
      expect([page.references, page.hasMore]).toEqual([[], false])
    }
  })

  test('reads the records of a page in one statement for each kind', async () => {
    const actors = Array.from({ length: 60 }, (_, at) =>
      planned('actor', { key: `a${at}`, name: `A ${at}`, kind: 'person' }),
    )
    await using app = await openApp({ recorded: [setting, actors], config: { responseCacheBytes: 0 } })
    const statements = async (first: number) => {
      const before = app.store.reader.queriesRun
      const { references } = (await read(app, PAGE, { first }))['feedPage'] as Page
      expect(references).toHaveLength(Math.min(first, setting.length + actors.length))
      return app.store.reader.queriesRun - before
    }
    await statements(100) // reads what is kept for later
    expect(await statements(100)).toBe(await statements(setting.length))
  })

  test.skipIf(ARE_NODES)('returns a redacted record without its content', async () => {
    await using app = await openApp({ recorded })
    await redactRecord(app.file, { key: 'north-minister', reason: 'Order of the court' })
    const { references } = (await read(app, PAGE, { first: 100 }))['feedPage'] as Page
    expect(references.filter(({ record }) => record?.key === 'north-minister')).toMatchObject([
      { revision: 1, record: { name: '[redacted]' } },
      { revision: 2, record: { name: '[redacted]' } },
    ])
  })
})

describe.each(TRANSPORTS)('feed with references over $name', ({ follow }) => {
  test('sends reference records at their places in the log, past and live', async () => {
    await using app = await openApp({ recorded })
    await using stream = await follow(app, FEED, { after: await beginningOf(app) })
    const past = (await stream.take(wholeLog.length)).map(sentIn)
    expect(past.map(nameOf)).toEqual(wholeLog)
    expect(past).toEqual(inLogOrder(past))
    await app.record(
      planned('event', event({ event: 'ferry/last' })),
      planned('place', { key: 'ford', name: 'The Upper Ford' }, { kind: 'REVISED', revision: 2 }),
    )
    expect((await stream.take(2)).map((message) => nameOf(sentIn(message)))).toEqual(['ferry/last', 'ford 2'])
  })

  test('resumes between any two messages', async () => {
    await using app = await openApp({ recorded })
    await using whole = await follow(app, FEED, { after: await beginningOf(app) })
    const all = await whole.take(wholeLog.length)
    for (const index of [0, 1, setting.length - 1, setting.length, wholeLog.length - 2]) {
      await using rest = await follow(app, FEED, { after: all[index]?.cursor })
      expect((await rest.take(wholeLog.length - index - 1)).map((message) => nameOf(sentIn(message)))).toEqual(
        wholeLog.slice(index + 1),
      )
    }
  })

  test('sends them under any filter, and none unless asked', async () => {
    await using app = await openApp({ recorded })
    const after = await beginningOf(app)
    const filter = { keys: ['ferry/new'] }
    await using all = await follow(app, FEED, { after, filter })
    await using changes = await follow(app, FEED, { after, filter, references: false })
    const wanted = wholeLog.filter((name) => name.includes(' ') || name === 'ferry/new')
    expect((await all.take(wanted.length)).map((message) => nameOf(sentIn(message)))).toEqual(wanted)
    expect((await changes.take(1)).map((message) => nameOf(sentIn(message)))).toEqual(['ferry/new'])
  })
})

function isReference(record: string): boolean {
  return !['event', 'statement', 'measure'].includes(record)
}

function nameOf({ development, record, revision }: Sent): string {
  return development?.key ?? `${record?.key} ${revision}`
}

function sentIn({ data }: Message): Sent {
  return data['feed'] as Sent
}

/** By the seq in the cursor. */
function inLogOrder(messages: readonly Sent[]): Sent[] {
  const seqOf = ({ cursor }: Sent) => Number(Buffer.from(cursor, 'base64url').toString().split('.').at(-2))
  return messages.toSorted((a, b) => seqOf(a) - seqOf(b))
}

async function beginningOf(app: App): Promise<unknown> {
  return (await read(app, '{ cursorAt(instant: "2000-01-01T00:00:00Z") }'))['cursorAt']
}
