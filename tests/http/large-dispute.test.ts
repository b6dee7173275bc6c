import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeDispute } from '../../bench/synthetic/dispute.ts'
import { makeWorld } from '../../bench/synthetic/world.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { read } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const PAGE = { headers: { accept: 'text/html' } }

/** Developments of the large dispute. */
const MANY = 3_000

/** A record of one dispute, with 60 claims and some hundred documents. */
async function openLargeDispute(): Promise<App> {
  using place = temporaryFile()
  const file = join(place.folder, 'large.ndjson')
  const world = makeWorld(1)
  const outline = { index: 0, key: KEY, size: MANY }
  const records = [
    ...world.actors.map((actor) => ({ actor })),
    ...world.places.map((city) => ({ place: city })),
    ...makeDispute({ world, seed: 1, outlines: [outline] }, outline),
  ]
  writeFileSync(file, [{ dossier: 1 }, ...records].map((record) => `${JSON.stringify(record)}\n`).join(''))
  const app = await openApp()
  await importDossiers(app.store, { files: [file] })
  return app
}

const KEY = 'dispute-1'

test('the page of a dispute of 3,000 developments is within 30 kB, and leads to everything that it leaves out', async () => {
  await using app = await openLargeDispute()
  const page = await textOf(app, `/disputes/${KEY}`)
  const second = linksOf(page).find((href) => href.includes('after=')) ?? ''
  const { dispute } = (await read(
    app,
    `{ dispute(key: "${KEY}") { lastReportedOn developments { totalCount } claims { key } demands { key } sources(first: 0) { totalCount } } }`,
  )) as { dispute: Sizes }
  expect(dispute.developments.totalCount).toBeGreaterThan(0.8 * MANY)
  for (const address of [
    `/disputes/${KEY}`,
    `/disputes/${KEY}?since=1990-01-01`,
    `/disputes/${KEY}?on=${dispute.lastReportedOn}`,
    second,
  ]) {
    expect([address, gzipSync(await textOf(app, address)).length < 30_000]).toEqual([address, true])
  }
  for (const list of ['claims', 'sources'] as const) expect(linksOf(page)).toContain(`/${list}?dispute=${KEY}`)
  const claims = await walk(app, `/claims?dispute=${KEY}`, /<a href="\/claims\/([^"?]+)" class="hl"/g)
  expect(claims).toEqual(dispute.claims.map(({ key }) => key))
  const sources = await walk(app, `/sources?dispute=${KEY}`, /<a href="\/sources\/([^"?]+)"/g)
  expect([sources.length, new Set(sources).size]).toEqual([dispute.sources.totalCount, dispute.sources.totalCount])
  const demands = await walk(app, `/demands?dispute=${KEY}`, /<span class="dt"/g)
  expect(demands).toHaveLength(dispute.demands.length)
})

interface Sizes {
  readonly lastReportedOn: string
  readonly developments: { readonly totalCount: number }
  readonly claims: readonly { readonly key: string }[]
  readonly demands: readonly unknown[]
  readonly sources: { readonly totalCount: number }
}

test('a number in the table of codings leads to developments, also where its codings are of several types', async () => {
  await using app = await openLargeDispute()
  const links = linksOf(await textOf(app, `/disputes/${KEY}`)).filter((href) => href.includes('ploverTypes'))
  const ofSeveral = links.filter((href) => href.indexOf('ploverTypes') < href.lastIndexOf('ploverTypes'))
  expect(ofSeveral.length).toBeGreaterThan(0)
  for (const href of [...ofSeveral.slice(0, 2), ...links.slice(-1)]) {
    expect([href, (await app.fetch(href, PAGE)).status]).toEqual([href, 200])
  }
})

test('a dispute with too many positions for a matrix still shows who holds what, now and before', async () => {
  const take = (stance: 'denies' | 'asserts', count: number) =>
    Array.from({ length: count }, () => ({ claim: 'ferry/sunk', stance }))
  const many = Array.from({ length: 11 }, (_, at) =>
    planned(
      'statement',
      statement({
        statement: `ferry/s-${at}`,
        date: `2025-01-${10 + at}`,
        speakers: ['south'],
        positions: take(at === 10 ? 'asserts' : 'denies', 1_000),
      }),
    ),
  )
  await using app = await openApp({ recorded: [setting, many] })
  for (const [address, stance] of [
    ['/disputes/ferry', 'asserts it'],
    ['/disputes/ferry?on=2025-01-15', 'denies it'],
  ] as const) {
    const section = /<section id="positions">[\s\S]*?<\/section>/.exec(await textOf(app, address))?.[0] ?? ''
    expect(section).not.toContain('MATRIX_TOO_LARGE')
    expect(section).toContain('There are too many positions for one table')
    expect(section).toContain(stance)
  }
  expect(await textOf(app, '/claims?dispute=ferry')).toContain('asserts it')
  expect(await textOf(app, '/disputes/ferry?reported=2025-01-01')).toContain(
    '1 holder of a claim is left out: the last 3 positions were reported later.',
  )
})

describe('the lists of a dispute', () => {
  test.each(['claims', 'sources', 'demands'])('of its %s read one dispute, as of an instant', async (list) => {
    await using app = await openBundledRecord()
    const missing = await app.fetch(`/${list}`, { ...PAGE, redirect: 'manual' })
    expect([missing.status, missing.headers.get('location')]).toEqual([302, '/search'])
    expect((await app.fetch(`/${list}?dispute=j2-824`, PAGE)).status).toBe(404)
    const early = await app.fetch(`/${list}?dispute=j2-8243&known=2001-01-01T00:00:00Z`, PAGE)
    expect([early.status, await early.text()]).toEqual([404, expect.stringContaining('Not recorded yet')])
    expect((await app.fetch(`/${list}?dispute=j2-8243`, PAGE)).status).toBe(200)
  })

  test('refuse what is no number of a page, and say so of an empty one', async () => {
    await using app = await openBundledRecord()
    for (const [number, status, words] of [
      ['1', 200, '40 claims'],
      ['2', 200, 'None on this page.'],
      ['0', 400, 'Give the number of a page, from 1.'],
      ['-1', 400, 'Give the number of a page, from 1.'],
      ['x', 400, 'Give the number of a page, from 1.'],
    ] as const) {
      const response = await app.fetch(`/claims?dispute=j2-8243&page=${number}`, PAGE)
      expect([number, response.status, await response.text()]).toEqual([number, status, expect.stringContaining(words)])
    }
  })
})

async function textOf(app: App, address: string): Promise<string> {
  return (await app.fetch(address, PAGE)).text()
}

function linksOf(page: string): readonly string[] {
  return [...page.matchAll(/href="(\/[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
}

/** What a pattern finds on a list and on all pages after it. */
async function walk(app: App, first: string, pattern: RegExp): Promise<readonly string[]> {
  const found: string[] = []
  for (let address: string | undefined = first; address !== undefined;) {
    const page: string = await textOf(app, address)
    found.push(...[...page.matchAll(pattern)].map(([whole, key]) => key ?? whole))
    address = /href="([^"]*)" rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
  }
  return found
}
