import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { openMadeDisputes } from '../_support/made-disputes.ts'
import { openApp } from '../_support/app.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'

const PAGE = { headers: { accept: 'text/html' } }

/** The text of a section, or of the whole page, without markup and line breaks. */
function textOf(page: string, id?: string): string {
  const section =
    id === undefined ? page : (new RegExp(`<section id="${id}">.*?(?=<section id="\\w+">)`, 's').exec(page)?.[0] ?? '')
  return section
    .replaceAll(/<(?=\/?(?:li|td|th|h\d|p|span class="(?:m|was|og|ev)"))/g, ' <')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
}

describe('the page of a dispute', () => {
  test('says where the parties stand, what it rests on, and where nothing is known', async () => {
    await using app = await openBundledRecord()
    const response = await app.fetch('/disputes/j2-8243', PAGE)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(gzipSync(page).length).toBeLessThan(30_000)
    const text = textOf(page)
    for (const part of [
      'Azerbaijan and Russia · since 25 December 2024',
      'Central claim',
      'Makes none; 5 are put to it',
      '80 developments from 5 documents',
      'The newest document is of 11 October 2025: of anything later this record knows nothing.',
    ]) {
      expect(text).toContain(part)
    }
    expect(page).toContain(`<link rel="canonical" href="${app.url}/disputes/j2-8243"/>`)
  })

  test('says in a sentence what no party is on record with, in place of empty rows', async () => {
    await using app = await openApp({ recorded: [setting] })
    const board = async () => {
      const page = await (await app.fetch('/disputes/ferry', PAGE)).text()
      const now = /<div class="now">.*?<div class="sum">/s.exec(page)?.[0] ?? ''
      return {
        rows: now.match(/(?<=<th scope="row"[^>]*>).*?(?=<\/th>)/gs)?.map((row) => textOf(row)),
        text: textOf(now),
      }
    }
    const silent = await board()
    expect(silent.rows).toEqual(['Demands'])
    expect(silent.text).toContain('No measure in force or statement of Northland or Southland is on record.')
    await app.record(planned('statement', statement()))
    const heard = await board()
    expect(heard.rows).toEqual(['Demands', 'Last said'])
    expect(heard.text).toContain('No measure in force of Northland or Southland is on record.')
  })

  test('has no table of a party that is on record with nothing', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/mh17', PAGE)).text()
    expect(textOf(page)).toMatch(
      /Central claim Russia is responsible for the downing of flight MH17\.\s+No position, demand, measure in force or statement of Russia is on record\./,
    )
    expect(page).not.toContain('<table class="board"')
  })

  test('tells of a change of position what was held before, and when', async () => {
    await using app = await openBundledRecord()
    const positions = textOf(await (await app.fetch('/disputes/j2-8243')).text(), 'positions')
    expect(positions).toMatch(/Both parties are on record on \d+ of 40 claims: they agree on \d+ and differ on \d+\./)
    expect(positions).toMatch(
      /Changed Affirms it 9 Oct 2025 Before: gives another account, about 25 Dec 2024, inferred →/,
    )
  })

  test('shows what had been reported by a day, and leaves out what came later', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/j2-8243?reported=2025-08-01')).text()
    const text = textOf(page)
    expect(text).toContain('As reported by 1 August 2025. 71 of 80 developments; what was reported later is left out.')
    expect(text).toContain('Return to now')
    expect(textOf(page, 'positions')).not.toContain('Oct 2025')
    expect(textOf(page, 'demands')).not.toContain('Oct 2025')
    expect(page).not.toContain('data-follows')
  })

  test('tells of nothing later than the day by which it was reported', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/j2-8243?reported=2025-03-01')).text()
    const text = textOf(page)
    expect(text).toContain('30 developments from 2 documents;')
    expect(text).toContain('The newest of these documents is of 28 February 2025.')
    // Half of the six demands, and the claims that nobody had spoken to, came later.
    expect(textOf(page, 'demands')).not.toContain('United Kingdom')
    expect(textOf(page, 'demands')).toContain('Of 4 demands')
    expect(textOf(page, 'positions')).toContain('on 2 of 15 claims')
    expect(page).not.toContain('a few days before 9 October 2025')
    // Documents that came later are not cited either.
    expect(textOf(page, 'timeline')).not.toContain('20 Jul 2025')
    expect(textOf(page, 'evidence')).not.toContain('Jul 2025')
  })

  test.each([
    ['', 4, false],
    ['?reported=2025-10-11', 4, true],
    ['?reported=2025-10-10', 3, true],
    // The first document that tells of the third phase, of June 2025, is of 2 July.
    ['?reported=2025-07-02', 3, true],
    ['?reported=2025-07-01', 2, true],
    ['?on=2025-10-09', 4, true],
    ['?on=2025-10-08', 3, true],
    ['?known=2999-01-01T00:00:00Z', 4, true],
  ])('%j shows %i phases, and says in the past that its summary is of today', async (query, phases, isPast) => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch(`/disputes/j2-8243${query}`)).text()
    expect(/<ol class="phases">(.*?)<\/ol>/s.exec(page)?.[1]?.match(/<li>/g)).toHaveLength(phases)
    expect(/Summary of the whole record, as of \d+ \w+ \d{4}\./.test(textOf(page))).toBe(isPast)
  })

  test.each(['', '?order=OLDEST_FIRST', '?kinds=STATEMENT'])(
    '%j has one heading for each date of the timeline',
    async (query) => {
      await using app = await openBundledRecord()
      const page = await (await app.fetch(`/disputes/j2-8243${query}`)).text()
      const timeline = /<section id="timeline">.*?<section id="evidence">/s.exec(page)?.[0] ?? ''
      const dates = Array.from(
        timeline.matchAll(/<h3>(.*?)(?: <span class="n">\d+<\/span>)?<\/h3>/gs),
        ([, date = '']) => date.replaceAll(/<[^>]*>/g, ''),
      )
      expect(dates).toEqual(expect.arrayContaining(['About February 2025', 'February 2025']))
      expect(dates).toEqual([...new Set(dates)])
    },
  )

  test('is cited as of its last change, also when a later instant is asked for', async () => {
    await using app = await openBundledRecord()
    const { body } = await app.ask('{ service { headAt } }')
    const { headAt } = (body.data as { service: { headAt: string } }).service
    for (const query of ['', '?known=2999-01-01T00:00:00Z']) {
      const page = await (await app.fetch(`/disputes/j2-8243${query}`)).text()
      expect(page).toContain(`${app.url}/disputes/j2-8243?known=${headAt}</`)
    }
  })

  test('shows what held at the end of a day', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/j2-8243?on=2025-03-01')).text()
    expect(textOf(page)).toContain(
      'As it stood on 1 March 2025. 39 of 80 developments; what may have begun only later is left out.',
    )
    expect(textOf(page)).toContain('39 developments that had begun by then, from 5 documents;')
    expect(textOf(page, 'timeline')).toContain('Timeline 39')
    expect(textOf(page, 'demands')).toContain('Of 4 demands')
    expect(textOf(page, 'positions')).not.toContain('Affirms it 9 Oct 2025')
  })

  test('marks what was first reported after a day, and what was recorded after an instant', async () => {
    await using app = await openBundledRecord()
    const reported = await (await app.fetch('/disputes/j2-8243?since=2025-08-01')).text()
    expect(textOf(reported)).toContain('Since 1 August 2025: 9 of 80 developments were first reported.')
    expect(reported).toContain('class="ks isnew" id="j2-8243/putin-acknowledges"')
    const last = '<li class="ks" id="j2-8243/unsigned-july-view">'
    expect(reported).toContain(last)
    const board = textOf(/<table class="board"[\s\S]*?<\/table>/.exec(reported)?.[0] ?? '')
    expect(board).toContain('Reported since')
    expect(board).not.toMatch(/\bNew\b/)
    const recorded = await (await app.fetch('/disputes/j2-8243?since=2999-01-01T00:00:00Z')).text()
    expect(textOf(recorded)).toContain('none of 80 developments were recorded or amended here.')
    expect(recorded).not.toContain('isnew')
  })

  test.each([
    ['on=2025-02-30', 'on', '2025-02-30 does not exist: February 2025 has 28 days.'],
    ['since=yesterday', 'since', 'Give one day, such as 2025-08-01.'],
    ['known=1', 'known', 'is not an instant'],
    ['from=2025', 'from', 'Give one day, such as 2025-08-01.'],
    ['kinds=WAR', 'kinds', '“WAR” is none of Event, Statement, Measure.'],
    ['kinds=Event', 'kinds', '“Event” is not a value of it. Did you mean EVENT?'],
    ['actors=russi', 'actors', 'There is no actor &quot;russi&quot;'],
    ['order=BEST', 'order', '“BEST” is none of Newest first, Oldest first'],
  ])(
    'answers %s with 400, the reason at the top and beside the field, and the form kept',
    async (query, field, reason) => {
      await using app = await openBundledRecord()
      const response = await app.fetch(`/disputes/j2-8243?${query}`, PAGE)
      const page = await response.text()
      expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store'])
      const note = new RegExp(
        `aria-describedby="f-${field}-problem".*?<span class="flag" id="f-${field}-problem">([^<]*)`,
        's',
      ).exec(page)?.[1]
      expect(note).toContain(reason)
      const top = page.slice(page.indexOf('<main'), page.indexOf('<h1'))
      expect(top).toContain(`${note} <a href="#f-${field}">`)
      expect(page).toContain(`id="f-${field}"`)
      expect(page).toContain('value="' + query.split('=')[1])
    },
  )

  test.each([
    ['bogus=1', 'Bogus: No condition has this name. Drop it, or use the fields of the form.'],
    ['reportd=2025-01-01', 'Reportd: No condition has this name. Did you mean reported'],
    ['eventKinds=INCIDNT', 'Event kinds: “INCIDNT” is not a value of it. Did you mean INCIDENT?'],
    ['eventKinds=XQZ', 'Event kinds: “XQZ” is none of Incident, Weapons incident, '],
    ['includeAffiliated=maybe', 'Include affiliated: Give “true” or “false”.'],
    ['reportedBy=soon', 'Reported by: Give one day, such as 2025-08-01.'],
    ['participants.0.roles=SPEAKER', 'Participants 0 roles: '],
    ['after=elsewhere', 'Page of the list: The address names no page of this list. Start from its first page.'],
    ['text=apology&before=elsewhere', 'Page of the list: The address names no page of this list.'],
  ])('answers %s, which has no field, with 400, at the top and below the form', async (query, problem) => {
    await using app = await openBundledRecord()
    const response = await app.fetch(`/disputes/j2-8243?${query}`, PAGE)
    const page = await response.text()
    expect(response.status).toBe(400)
    const top = page.slice(page.indexOf('<main'), page.indexOf('<h1'))
    expect(textOf(top)).toContain(problem)
    expect(textOf(top)).toContain('and the timeline is not filtered.')
    expect(top).toContain('href="#f-others"')
    expect(textOf(page.slice(page.indexOf('<div id="f-others">')))).toContain(problem)
  })

  test('reads conditions that belong together as one', async () => {
    await using app = await openBundledRecord()
    const query = 'participants.0.actors=azerbaijan&participants.0.roles=SPEAKER'
    const response = await app.fetch(`/disputes/j2-8243?${query}`, PAGE)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).not.toContain('role="alert"')
    expect(textOf(page, 'timeline')).not.toContain('Timeline 80')
  })

  test('filters the timeline by its address, and each condition can be dropped', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/j2-8243?kinds=MEASURE&actors=azerbaijan&order=OLDEST_FIRST')).text()
    const timeline = /<section id="timeline">.*?<section id="evidence">/s.exec(page)?.[0] ?? ''
    expect(timeline).toContain('class="km"')
    expect(timeline).not.toMatch(/class="k[se]"/)
    expect(timeline).toContain('href="/disputes/j2-8243?actors=azerbaijan&amp;order=OLDEST_FIRST#timeline"')
    const empty = textOf(await (await app.fetch('/disputes/j2-8243?text=nowhere')).text(), 'timeline')
    expect(empty).toContain('Nothing on record matches. Drop “nowhere”.')
  })

  test('links the query of each section, which the playground lists', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/disputes/j2-8243')).text()
    const worked = (await (await app.fetch('/assets/worked-queries.json')).json()) as readonly {
      readonly name: string
    }[]
    const linked = [...page.matchAll(/operationName=(\w+)/g)].map(([, name]) => name)
    expect(linked.length).toBeGreaterThanOrEqual(8)
    expect(worked.map(({ name }) => name)).toEqual(expect.arrayContaining(linked))
  })

  test('suggests the nearest disputes for an unknown key', async () => {
    await using app = await openBundledRecord()
    const response = await app.fetch('/disputes/j2-824', PAGE)
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('<a href="/disputes/j2-8243">j2-8243</a>'),
    ])
  })
})

test('a dispute with five parties and 2,000 developments pages its timeline and stays within 30 kB', async () => {
  await using app = await openMadeDisputes(['five-states'])
  const page = await (await app.fetch('/disputes/five-states')).text()
  expect(gzipSync(page).length).toBeLessThan(30_000)
  expect(textOf(page)).toContain('2000 developments from 60 documents.')
  const next = /href="([^"]*after=[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
  const second = await (await app.fetch(next ?? '')).text()
  const idsOf = (text: string) => [...text.matchAll(/<li class="k\w[^"]*" id="([^"]+)"/g)].map(([, id]) => id)
  expect(idsOf(second)).toHaveLength(50)
  expect(new Set([...idsOf(page), ...idsOf(second)]).size).toBe(100)
  expect(second).toContain('rel="prev"')
})

test('a dispute without claims, demands and measures says so in each section', async () => {
  await using app = await openMadeDisputes(['one-party'])
  const text = textOf(await (await app.fetch('/disputes/one-party')).text())
  for (const part of [
    'No claims are on record.',
    'No demands are on record.',
    'No measure is on record.',
    'No evidence and no findings',
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toMatch(/undefined|null|NaN/)
})

test('all queries of a page read one position of the log', async () => {
  await using app = await openApp({ recorded: [setting, [planned('statement', statement())]] })
  const page = await (await app.fetch('/disputes/ferry')).text()
  const { body } = await app.ask('{ service { head } }')
  expect(page).toContain(`data-cursor="${(body.data as { service: { head: string } }).service.head}"`)
})
