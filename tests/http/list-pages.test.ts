import { describe, expect, test } from 'vitest'
import { readQuery } from '../../src/http/pages/page.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'

const PAGE = { headers: { accept: 'text/html' } }

/** The text of a page, without markup and line breaks. */
function textOf(page: string): string {
  return page
    .replaceAll(/<(?=\/?(?:li|td|th|h\d|p|dt|dd|span class="(?:m|was|br)"))/g, ' <')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
}

describe('the index', () => {
  test('says of each dispute where the parties stand, and what is newest', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/', PAGE)).text()
    const text = textOf(page)
    for (const part of [
      'Changed Affirms it 9 Oct 2025 Before: ',
      'Latest of 80 developments',
      'From 5 documents, the newest of 11 October 2025; of anything later this record knows nothing.',
    ]) {
      expect(text).toContain(part)
    }
    expect(page).toContain('href="/disputes/mh17"')
  })
})

describe('the search', () => {
  test('finds developments by a word, with what they are about', async () => {
    await using app = await openBundledRecord()
    const text = textOf(await (await app.fetch('/search?q=apology', PAGE)).text())
    expect(text).toContain('Developments 7')
    expect(text).toContain('In disputes Responsibility for the loss of Azerbaijan Airlines flight J2-8243 7')
    expect(text).toContain('what passes for an apology')
  })

  test('finds actors and disputes by their names', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/search?q=Russia', PAGE)).text()
    expect(page).toContain('<a href="/actors/russia">')
  })

  test('says what was asked for where nothing matches, with each condition to drop', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/search?q=zzzz&kinds=EVENT', PAGE)).text()
    expect(textOf(page)).toContain('Nothing on record matches. Drop “zzzz” or Event.')
    // Without a text, there is no order by relevance.
    expect(page).toContain('<a href="/search?kinds=EVENT">“zzzz”</a>')
  })

  test.each([
    ['q=a&kinds=FOO', 'kinds'],
    ['q=a&actors=nobody', 'actors'],
    ['from=2025-02-30', 'from'],
    ['q=%22', 'text'],
    ['order=RELEVANCE', 'order'],
  ])('keeps the form and names the parameter for ?%s', async (query, name) => {
    await using app = await openBundledRecord()
    const response = await app.fetch(`/search?${query}`, PAGE)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(`id="f-${name}-problem"`)
  })
})

describe('the page of a source', () => {
  test('counts what rests on it alone, and says how to cite it', async () => {
    await using app = await openBundledRecord()
    const text = textOf(await (await app.fetch('/sources/eurasianet-2025-10-11', PAGE)).text())
    expect(text).toContain('13 developments cite it. 10 rest on it alone')
    expect(text).toContain('B usually reliable')
    expect(text).toContain('What others tell too 3')
    expect(text).toContain(
      'Eurasianet, “Azerbaijan Compels Putin To Take Responsibility For Civilian Jetliner Shootdown Incident”, 11 October 2025.',
    )
  })
})

describe('the page of an actor', () => {
  test('says where it changed, what it is asked for, and who speaks for it', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/actors/russia', PAGE)).text()
    const text = textOf(page)
    expect(text).toMatch(/\d of \d+ positions changed/)
    expect(text).toMatch(/: gives another account, about 25 Dec 2024; .*affirms it, 9 Oct 2025/)
    expect(text).toContain('5 demands are put to it')
    expect(text).toContain('Against Russia or what belongs to it')
    expect(text).toContain('Who speaks and acts for it Vladimir Putin President')
    expect(page).toContain('href="/graphql?operationName=ActorPositions&amp;')
  })

  test('names the author of a measure only where the title does not', async () => {
    await using app = await openBundledRecord()
    const measures = async (key: string) => {
      const page = await (await app.fetch(`/actors/${key}`, PAGE)).text()
      return textOf(/<section id="measures">.*?<\/section>/s.exec(page)?.[0] ?? '')
    }
    const own = await measures('azerbaijan')
    expect(own).toMatch(/By Azerbaijan.* Agency expelled · retorsion · in force since Feb 2025/)
    expect(own).not.toContain('Azerbaijan ·')
    expect(await measures('russia')).toMatch(/Against Russia .* Azerbaijan · agency expelled · retorsion/)
  })

  test('leaves out what an actor has not', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/actors/eurasianet', PAGE)).text()
    expect(textOf(page)).toContain('No demand is put to it')
    expect(page).not.toContain('<section id="demands">')
  })
})

test.each([
  'home',
  'dispute-in-short',
  'central-positions',
  'search-developments',
  'search-names',
  'source',
  'source-developments',
  'claim/head',
  'claim/positions',
  'withdrawn',
  'how-many-developments',
  'lists/claims',
  'lists/demands',
  'lists/sources',
  'lists/cited-sources',
  'actor/head',
  'actor/parties',
  'actor/positions',
  'actor/demands',
  'actor/measures',
])('the query %s is within the default limit', async (name) => {
  await using app = await openBundledRecord()
  const { body } = await app.ask(readQuery(name))
  expect(body.errors).toBeUndefined()
})
