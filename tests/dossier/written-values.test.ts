import { describe, expect, it, test } from 'vitest'
import { check, storyWith } from '../_support/ferry-dossier.ts'

/*
 * What a reader turns into a number, true, false or null is quoted in messages as it was written. Following the advice keeps identifiers.
 */

const numbers = '007 3.10 0x1F 1e3 .5 5. +7 -0 0o17 1E400 .inf -.INF .NaN 12345678901234567890 1.50e2'.split(' ')

describe('where a text is expected', () => {
  test.each([
    ...numbers.map((written) => [written, 'number'] as const),
    ...['true', 'True', 'TRUE', 'false', 'False'].map((written) => [written, 'boolean'] as const),
  ])('%s is quoted as it is written, and accepted when it is', async (written, type) => {
    const { problems } = await check(storyWith(['name: The Ford', `name: ${written}`]))
    expect(problems).toEqual([
      `story.yaml:21:23 place ford name: found the ${type} ${written}; a text is expected: put it in quotes, as "${written}"`,
    ])
    expect((await check(storyWith(['name: The Ford', `name: "${written}"`]))).problems).toEqual([])
  })

  test.each(['null', 'Null', 'NULL', '~'])('%s is named, and accepted in quotes', async (written) => {
    const { problems } = await check(storyWith(['name: The Ford', `name: ${written}`]))
    expect(problems).toEqual([
      `story.yaml:21:23 place ford name: found ${written}, which is read as no value; write the name of the place or, if it is text, put it in quotes, as "${written}"`,
    ])
    expect((await check(storyWith(['name: The Ford', `name: "${written}"`]))).problems).toEqual([])
  })

  test.each(['No', 'Yes', 'on', 'OFF', 'y', '1_000', '12:30', '0b1', '2024-12-31', '12:30:45.5', '=', '<<'])(
    '%s is text in YAML 1.2',
    async (written) => {
      expect((await check(storyWith(['name: The Ford', `name: ${written}`]))).problems).toEqual([])
    },
  )

  it('names an alias by what its anchor stands for', async () => {
    const { problems } = await check(storyWith(['name: Northland', 'name: &n 007'], ['name: Southland', 'name: *n']))
    expect(problems).toEqual([
      'story.yaml:10:14 actor north name: found the number 007; a text is expected: put it in quotes, as "007"',
      'story.yaml:14:11 actor south name: found the number 007; a text is expected: put it in quotes, as "007"',
    ])
  })

  it('reads names of fields as they are written', async () => {
    const { problems } = await check(storyWith(['name: The Ford', 'name: The Ford, 007: x, 1e3: y, ~: z, True: a']))
    expect(problems.map((line) => /unknown field "(.*?)"/.exec(line)?.[1])).toEqual(['007', '1e3', '~', 'True'])
  })
})

describe('in JSON and NDJSON', () => {
  const written = '{"key": "ford", "name": 0.50, "country": null, "latitude": 1e3, "longitude": "38"}'
  const says = [
    'name: found the number 0.50; a text is expected: put it in quotes, as "0.50"',
    'country: found null, which is read as no value; write the country, as an ISO 3166-1 alpha-2 code; XK is Kosovo',
    'latitude: found 1e3; the maximum is 90',
    'longitude: found "38"; a number is expected: write 38',
  ]

  it.each([
    ['story.json', `{"dossier": 1, "places": [${written}]}`],
    ['story.ndjson', `{"place": ${written}}`],
  ])('a value of %s is quoted as it is written', async (name, text) => {
    const { problems } = await check(text, name)
    expect(problems.map((line) => line.replace(/^.* place ford /, ''))).toEqual(says)
  })
})

describe('a grade', () => {
  const letters =
    'allowed: A, B, C, D, E, F, completely-reliable, usually-reliable, fairly-reliable, not-usually-reliable, unreliable, cannot-be-judged'
  const digits =
    'allowed: 1, 2, 3, 4, 5, 6, confirmed, probably-true, possibly-true, doubtful, improbable, cannot-be-judged'
  const both = 'C is the reliability of the source, and 3 is the credibility of the citation'
  const cited = (grade: string) =>
    `value: 3, citation: gazette}]\n    citations: [{source: gazette, credibility: ${grade}`
  test.each([
    ['reliability: B', 'reliability: c', `found "c"; did you mean C? ${letters}`],
    ['reliability: B', 'reliability: G', `found "G"; ${letters}`],
    ['reliability: B', 'reliability: Unreliable', `found "Unreliable"; did you mean unreliable? ${letters}`],
    ['reliability: B', 'reliability: c3', `found "c3"; ${both}: write C; ${letters}`],
    ['reliability: B', 'reliability: 3', `found 3; 3 is the credibility of the citation; ${letters}`],
    [cited('2'), cited('C3'), `found "C3"; ${both}: write 3; ${digits}`],
    [cited('2'), cited('C-3'), `found "C-3"; ${both}: write 3; ${digits}`],
    [cited('2'), cited('c'), `found "c"; C is the reliability of the source; ${digits}`],
    [cited('2'), cited('7'), `found 7; ${digits}`],
  ])('%s as %s', async (from, to, says) => {
    const { problems } = await check(storyWith([from, to]))
    expect(problems.map((line) => line.replace(/^.*?: /, ''))).toEqual([says])
  })
})

describe('a date that YAML reads as something else', () => {
  test.each([
    ['20250101', '20250101 has too many or too few digits; write "2025-01-01"'],
    ['202501', '202501 has too many or too few digits; write "2025-01"'],
    ['2025.01', '"2025.01" is not an EDTF date; write "2025-01"'],
    ['2025.10', '"2025.10" is not an EDTF date; write "2025-10"'],
    ['-44', 'years before 0000 (-44) are not supported; years are 0000 to 9999'],
    [
      '[2024-12-25..2024-12-31]',
      'is a list, as YAML reads unquoted brackets; put the date in quotes, as "[2024-12-25..2024-12-31]"',
    ],
    [
      '[2024-12-25, 2024-12-31]',
      'is a list, as YAML reads unquoted brackets; put the date in quotes, as "[2024-12-25..2024-12-31]"',
    ],
    [
      '[2024-12-25, 2025-03-01]',
      'is a list, as YAML reads unquoted brackets; put the date in quotes, as "[2024-12-25..2025-03-01]"',
    ],
    [
      '{2024-12-25, 2024-12-26}',
      'is a map, as YAML reads unquoted braces; sets in braces are not supported; write "2024-12-25/2024-12-26"',
    ],
    [
      '{2024-12-25, 2025-03-01}',
      'is a map, as YAML reads unquoted braces; sets in braces are not supported; write "[2024-12-25..2025-03-01]" for one moment between them, or record each date in a development of its own',
    ],
    ['{from: 2024-12-25}', 'found a map; a text is expected'],
    ['[2024]', 'is a list, as YAML reads unquoted brackets; put the date in quotes, as "2024"'],
    [
      '[{toString: none, valueOf: none}]',
      'is a list, as YAML reads unquoted brackets; put the date in quotes, as "[2024-12-25..2025-02-10]"',
    ],
  ])('%s: %s', async (written, says) => {
    const { problems } = await check(storyWith(['date: 2024-12-31', `date: ${written}`]))
    expect(problems).toEqual([`story.yaml:38:11 event ferry/sinking date: ${says}`])
    const [, advised] = /"([^"]*)"$/.exec(says) ?? []
    if (advised === undefined) return
    expect((await check(storyWith(['date: 2024-12-31', `date: "${advised}"`]))).problems).toEqual([])
  })

  test.each(['2024', '0025', '2024-12', '2024-12-31'])('%s needs no quotes', async (written) => {
    expect((await check(storyWith(['date: 2024-12-31', `date: ${written}`]))).problems).toEqual([])
  })
})

describe('where a number, or true or false, is expected', () => {
  test.each([
    ['value: "3"', 'found "3"; a number is expected: write 3'],
    ['value: 1_000', 'found "1_000"; a number is expected: write 1000'],
    ['value: "1,000,000.5"', 'found "1,000,000.5"; a number is expected: write 1000000.5'],
    ['value: dozens', 'found "dozens"; a number is expected'],
    ['value: True', 'found True; a number is expected'],
  ])('%s: %s', async (written, says) => {
    const { problems } = await check(storyWith(['value: 3', written]))
    expect(problems).toEqual([`story.yaml:44:41 event ferry/sinking figures[0].value: ${says}`])
  })

  it('explains the comma of a number in braces', async () => {
    const { problems } = await check(storyWith(['value: 3', 'value: 1,000']))
    expect(problems).toEqual([expect.stringContaining('unknown field "000"; a number is written without commas; ')])
  })

  it('takes yes for true', async () => {
    const { problems } = await check(storyWith(['language: en, citation', 'language: en, translated: yes, citation']))
    expect(problems).toEqual([expect.stringContaining('found "yes"; true or false is expected: write true')])
  })
})

it('quotes the version of the format as it is written', async () => {
  const { problems } = await check(storyWith(['dossier: 1', 'dossier: 1.10']))
  expect(problems).toEqual(['story.yaml:1:10 dossier: found 1.10; this version of Demarche reads dossier: 1'])
})
