import { expect, it } from 'vitest'
import { check, storyWith } from '../_support/ferry-dossier.ts'

/** In place of the words of a summary that begin at 37:14, among others that are well. */
const slips: readonly (readonly [summary: string, says: string])[] = [
  [
    'Note: for consultations.',
    '37:14: a colon and a space make this text a field of its own; put the text in quotes, or use >-',
  ],
  ['"It sank', '37:14: the " that opens here is not closed; close it, and indent all its lines deeper than the field'],
  [
    '"It sank\n      at once" there',
    '37:14: the " that opens here is closed on line 38; write \\" for a quote within ',
  ],
  [`'It sank`, `37:14: the ' that opens here is not closed; close it, and indent all its lines deeper than the field`],
  [
    '{It sank',
    '37:14: the { that opens here is not closed; close it with } or, if it is text, put it in quotes or use >-',
  ],
  [
    '[It, {sank: at]',
    '37:19: the { that opens here is not closed; close it with } or, if it is text, put it in quotes or use >-',
  ],
  [
    `'It's gone.'`,
    `37:14: the ' that opens here is closed before the text ends; write '' for an apostrophe within single quotes, or use >-`,
  ],
  [
    '"It" sank',
    '37:14: the " that opens here is closed before the text ends; write \\" for a quote within double quotes, or use >-',
  ],
  ['[It] sank', '37:14: the [ that opens here is closed before the text ends; put the text in quotes, or use >-'],
  ['- It sank', '37:14: a - begins a list; begin that on the next line or, if it is text, put it in quotes or use >-'],
  ['@ford', '37:14: a text may not begin with @; put the text in quotes, or use >-'],
  ['`It', '37:14: a text may not begin with `; put the text in quotes, or use >-'],
  ['%It', '37:14: a text may not begin with %; put the text in quotes, or use >-'],
  [
    '*It sank',
    '37:14: a * here is read as a reference to what has that mark; if it is text, put it in quotes or use >-',
  ],
  ['&It', '37:14: &It is read as a mark, and nothing follows it; if it is text, put it in quotes or use >-'],
  [
    '!It sank',
    '37:14: !It is read as a tag, and tags are not allowed; take it out or, if it is text, put it in quotes or use >-',
  ],
  ['| It sank', '37:16: a text after | or > begins on the next line, indented; move it there, or put it in quotes'],
  ['It sank\n    there', '38:5: no field begins here; write it as "name: value", or indent it deeper than '],
  ['] sank', '37:14: ] closes nothing; take it out or, if it is text, put it in quotes or use >-'],
  [
    'It sank\n      place: there',
    '38:7: a colon, in a line that goes on with the text above; indent it as its neighbours if it is a field, else put the text in quotes, or use >-',
  ],
  ['It sank\n   at: once', '38:1: this line begins in another column than the ones it belongs with; indent it as '],
  ['"\\d"', '37:15: \\d means nothing within double quotes; write \\\\ for a backslash'],
  ['&a &b It', '37:17: is not YAML: a node can have at most one anchor; if it is text, put it in quotes or use >-'],
]

it.each(slips)(
  'says of the summary %j where the slip is and what mends it, and nothing else',
  async (summary, says) => {
    const { problems } = await check(storyWith(['It sank at the ford.', summary]))
    expect(problems).toEqual([expect.stringContaining(`story.yaml:${says}`)])
  },
)

it('says of a quote that swallows lines where it opens, and of slips before it, but of none after', async () => {
  const { problems } = await check(
    storyWith(
      ['Who sank it.', 'Open: who sank it.'],
      ['name: The Ford', 'name: @Ford'],
      ['headline: The ferry sinks', 'headline: "The ferry sinks'],
      ['It did so at once.', 'Note: at once.'],
    ),
  )
  expect(problems.map((line) => line.replace(/;.*$/, ''))).toEqual([
    'story.yaml:5:14: a colon and a space make this text a field of its own',
    'story.yaml:21:23: a text may not begin with @',
    'story.yaml:36:15: the " that opens here is not closed',
  ])
})
