import { describe, expect, it, test } from 'vitest'
import { check, STORY, storyWith } from '../_support/ferry-dossier.ts'

/** The warnings and problems for a headline, without the name of the file. */
async function forHeadline(written: string) {
  const { problems, warnings } = await check(storyWith(['headline: The ferry sinks', `headline: ${written}`]))
  return { problems, warnings }
}

const says = (comment: string) =>
  `${JSON.stringify(comment)} is read as a comment; if it is part of the text, put the text in quotes or use >-`

describe('a comment that cuts off a text', () => {
  test.each([
    ['Killing #1 of the year', '36:23', ' #1 of the year'],
    ['killing #1', '36:23', ' #1'],
    ['Order #5 and more', '36:21', ' #5 and more'],
    ['The #MeToo movement', '36:19', ' #MeToo movement'],
    ['Talks (round #2)', '36:28', ' #2)'],
    ['Killing of\n      the #1 suspect', '37:11', ' #1 suspect'],
    ['Убийство #1', '36:24', ' #1'],
  ])('%j is warned of', async (written, place, comment) => {
    expect(await forHeadline(written)).toEqual({ problems: [], warnings: [`story.yaml:${place}: ${says(comment)}`] })
  })

  test.each([
    'It sinks # see the gazette',
    'It sinks   #see the gazette',
    'It sinks #',
    'It sinks ##',
    'sinking #unclear',
    'Killing#1 of the year',
    '"Killing #1 of the year"',
    "'Killing #1 of the year' #1",
    '>-\n      Killing #1 of the year',
    '|\n      Killing #1 of the year',
    'It sinks\n    # A comment of its own.\n    #and one more',
  ])('%j is not', async (written) => {
    const { warnings } = await forHeadline(written)
    expect(warnings).toEqual([])
  })

  it('is warned of in a list, and where the whole text is a comment', async () => {
    const { warnings } = await check(
      storyWith([
        'kind: state\n    country: NO',
        'kind: state\n    country: NO\n    aliases:\n      - Team #1\n      - Team #2',
      ]),
    )
    expect(warnings).toEqual([`story.yaml:14:14: ${says(' #1')}`, `story.yaml:15:14: ${says(' #2')}`])
    const empty = await forHeadline('#1 in the world')
    expect(empty.warnings).toEqual([`story.yaml:36:15: ${says(' #1 in the world')}`])
    expect(empty.problems).toEqual([
      'story.yaml:36:5 event ferry/sinking headline: is empty; write what happened, as a neutral headline',
    ])
  })

  test.each([
    ['headline: The ferry sinks', 'headline: Killing #1 of\n      the year', '36:23'],
    ['name: The Ford', 'name: Ford #1', '21:28'],
    ['parties: [north, south]', 'parties: [north #1, south]', '7:21'],
  ])('is named as the cause of an error: %s', async (from, to, place) => {
    const { problems } = await check(storyWith([from, to]))
    expect(problems).toEqual([
      `story.yaml:${place}: a # after a space starts a comment, which hides the rest of this line; if it is text, put it in quotes or use >-`,
    ])
  })
})

describe('merge keys', () => {
  const merge = '<< would merge fields from another map, and merge keys are not read; write the fields out'

  it('are reported, and the fields that they would add are not', async () => {
    const { problems } = await check(
      storyWith(
        ['    evidential-status: established\n', '    <<: &common {evidential-status: established}\n'],
        ['    date: 2025-01-01\n    evidential-status: reported\n', '    date: 2025-01-01\n    <<: [*common]\n'],
      ),
    )
    expect(problems).toEqual([`story.yaml:39:5: ${merge}`, `story.yaml:50:5: ${merge}`])
  })

  it('in quotes are fields like any other', async () => {
    const { problems } = await check(storyWith(['date: 2024-12-31', 'date: 2024-12-31\n    "<<": {}']))
    expect(problems).toEqual([expect.stringContaining('unknown field "<<"; ')])
  })
})

describe('a space that YAML does not accept', () => {
  test.each([
    ['\u00A0', 'U+00A0 (no-break space)'],
    ['\u202F', 'U+202F (narrow no-break space)'],
    ['\u3000', 'U+3000 (ideographic space)'],
    ['\u2003', 'U+2003 (not a space in YAML)'],
    ['\u200B', 'U+200B (not a space in YAML)'],
  ])('%j is named where it indents a field', async (space, name) => {
    const { problems } = await check(storyWith(['    summary: It sank', `${space.repeat(4)}summary: It sank`]))
    expect(problems).toEqual([`story.yaml:37:1: this line is indented with the character ${name}; use spaces`])
  })

  it('is named after spaces, before an item, after a dash and after a colon', async () => {
    const line = async (from: string, to: string) => (await check(storyWith([from, to]))).problems
    expect(await line('    summary: It sank', '  \u00A0 summary: It sank')).toEqual([
      'story.yaml:37:3: this line is indented with the character U+00A0 (no-break space); use spaces',
    ])
    expect(await line('  - key: minister', '\u00A0 - key: minister')).toEqual([
      'story.yaml:16:1: this line is indented with the character U+00A0 (no-break space); use spaces',
    ])
    expect(await line('  - key: minister', '  -\u00A0key: minister')).toEqual([
      'story.yaml:16:4: this is the character U+00A0 (no-break space); use spaces',
    ])
    expect(await line('    summary: It sank', '    summary:\u00A0It sank')).toEqual([
      'story.yaml:37:13: this is the character U+00A0 (no-break space); use spaces',
    ])
  })

  it('is part of a text within it', async () => {
    for (const text of [
      'It sank\u00A0at the ford.',
      '>-\n      It sank\n      \u00A0note: at the ford.',
      '"It sank\n      \u00A0note: at the ford."',
      'It sank\n      at\u00A0the ford.',
    ]) {
      expect((await check(storyWith(['summary: It sank at the ford.', `summary: ${text}`]))).problems).toEqual([])
    }
  })
})

describe('a missing space', () => {
  const dash = 'write a space after -; without one, YAML reads it as part of a text'
  const colon = 'write a space after the colon; without one, YAML reads it as part of a text'
  const list = 'a list is expected: write a space after each -'

  test.each<[from: string, to: string, lines: readonly string[]]>([
    ['  - statement:', '  -statement:', [`46:3: ${dash}`]],
    ['  - key: north', '  -key: north', [`9:3: ${dash}`]],
    ['  - {key: ford', '  -{key: ford', [`21:3: ${dash}`]],
    ['  - {key: ferry/rock', '  -{key: ferry/rock', [`31:3: ${dash}`]],
    ['  - event: ferry/sinking', '  -event:ferry/sinking', [`35:9: ${colon}`]],
    ['headline: The ferry sinks', 'headline:The ferry sinks', [`36:13: ${colon}`]],
    [
      '    event-kind: incident\n    disputes: [',
      '    event-kind:incident\n    disputes:[',
      [`40:15: ${colon}`, `41:13: ${colon}`],
    ],
    ['dossier: 1', 'dossier:1', [`1:8: ${colon}`]],
    ['{key: ford', '{key:ford', [`21:9: ${colon}`]],
    ['value: 3', 'value:3', [`44:39: ${colon}`]],
    ['acts: [accuse]', 'acts:\n      -accuse', [`55:7 statement ferry/accusation acts: found "-accuse"; ${list}`]],
    [
      'figures: [{quantity: killed, value: 3, citation: gazette}]',
      'figures:\n      -quantity: killed',
      [`45:7 event ferry/sinking figures: found a map; ${list}`],
    ],
    [
      'places:\n  - {key: ford, name: The Ford, latitude: 60.5, longitude: 10}',
      'places:\n  -key: ford',
      ['21:3 places: found a map; write a space after each -'],
    ],
  ])('%j as %j is named once', async (from, to, lines) => {
    const { problems } = await check(storyWith([from, to]))
    expect(problems).toEqual(lines.map((line) => `story.yaml:${line}`))
  })

  it('is not one in a text', async () => {
    const text = 'summary: >-\n      It sank.\n      -it was: late\n      headline:none'
    const { problems } = await check(storyWith(['summary: It sank at the ford.', text]))
    expect(problems).toEqual([])
    const broken = storyWith(['summary: It sank at the ford.', text], ['name: The Ford', 'name: "The Ford'])
    expect((await check(broken)).problems).toEqual([expect.stringContaining('never closed')])
  })

  it('is not named if the errors are elsewhere', async () => {
    const text = 'summary: It sank\n      headline:none'
    const broken = storyWith(['summary: It sank at the ford.', text], ['name: The Ford', 'name: The: Ford'])
    expect((await check(broken)).problems).toEqual([expect.stringContaining('a colon and a space make this text')])
  })
})

describe('a section that is given twice', () => {
  it('is the only problem, and not the references to its records', async () => {
    const { problems } = await check(`${STORY}actors:\n  - {key: east, name: East, kind: state}\n`)
    expect(problems).toEqual(['story.yaml:74:1: the field "actors" is given twice; give it once'])
  })

  it('does not hide the problems of records', async () => {
    const { problems } = await check(`${STORY.replace('channel: speech', 'channel: talk')}places: []\n`)
    expect(problems).toEqual([
      expect.stringContaining('statement ferry/accusation channel: found "talk"'),
      'story.yaml:74:1: the field "places" is given twice; give it once',
    ])
  })
})

it('names the lines of NDJSON that end in CR', async () => {
  const { problems } = await check(
    '{"place": {"key": "a", "name": "A"}}\r{"place": {"key": "b", "name": "B"}}\r',
    'a.ndjson',
  )
  expect(problems).toEqual([
    'a.ndjson:1:1: the lines end in CR alone; save the file with LF or CRLF at the end of each line',
  ])
})

it('finds lines that end in CR alone', async () => {
  for (const [name, text] of [
    ['a.yaml', storyWith(['channel: speech', 'channel: talk'])],
    ['a.json', '{"dossier": 1,\n"places": [\n{"key": "a"}]}'],
  ] as const) {
    const { problems } = await check(text, name)
    expect((await check(text.replaceAll('\n', '\r'), name)).problems).toEqual(problems)
    expect(problems).toEqual([expect.stringMatching(/^a\.(?:yaml:55:14|json:3:1) /)])
  }
})

it('reads lines that end in any way', async () => {
  expect(await check(STORY.replaceAll('\n', '\r\n'))).toEqual({ problems: [], warnings: [] })
  const { problems } = await check(
    storyWith(['    summary: It sank', '\u00A0\u00A0\u00A0\u00A0summary: It sank']).replaceAll('\n', '\r\n'),
  )
  expect(problems).toEqual([
    'story.yaml:37:1: this line is indented with the character U+00A0 (no-break space); use spaces',
  ])
})
