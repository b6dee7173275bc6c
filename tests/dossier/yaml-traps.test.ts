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

it('reads lines that end in any way', async () => {
  expect(await check(STORY.replaceAll('\n', '\r\n'))).toEqual({ problems: [], warnings: [] })
  const { problems } = await check(
    storyWith(['    summary: It sank', '\u00A0\u00A0\u00A0\u00A0summary: It sank']).replaceAll('\n', '\r\n'),
  )
  expect(problems).toEqual([
    'story.yaml:37:1: this line is indented with the character U+00A0 (no-break space); use spaces',
  ])
})
