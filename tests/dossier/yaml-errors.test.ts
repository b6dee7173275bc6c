import { expect, it } from 'vitest'
import { check, storyWith } from '../_support/ferry-dossier.ts'

/** Texts that replace a summary that starts at 37:14. Everything else is valid. */
const mistakes: readonly (readonly [summary: string, says: string])[] = [
  [
    'Note: for consultations.',
    '37:14: a colon and a space make this text a field of its own; put the text in quotes, or use >-',
  ],
  ['"It sank', '37:14: the " opened here is never closed; close it, and indent all its lines deeper than the field'],
  ['"It sank\n      at once" there', '37:14: the " opened here is closed on line 38; write \\" for a quote within '],
  [`'It sank`, `37:14: the ' opened here is never closed; close it, and indent all its lines deeper than the field`],
  [
    '{It sank',
    '37:14: the { opened here is never closed; close it with } or, if it is text, put it in quotes or use >-',
  ],
  [
    '[It, {sank: at]',
    '37:19: the { opened here is never closed; close it with } or, if it is text, put it in quotes or use >-',
  ],
  [
    `'It's gone.'`,
    `37:14: the ' opened here is closed before the text ends; write '' for an apostrophe within single quotes, or use >-`,
  ],
  [
    '"It" sank',
    '37:14: the " opened here is closed before the text ends; write \\" for a quote within double quotes, or use >-',
  ],
  ['[It] sank', '37:14: the [ opened here is closed before the text ends; put the text in quotes, or use >-'],
  [
    '- It sank',
    '37:14: - starts a list; start the list on the next line or, if it is text, put it in quotes or use >-',
  ],
  ['@ford', '37:14: text cannot start with @; put the text in quotes, or use >-'],
  ['`It', '37:14: text cannot start with `; put the text in quotes, or use >-'],
  ['%It', '37:14: text cannot start with %; put the text in quotes, or use >-'],
  ['*It sank', '37:14: * is read as an alias, a reference to an anchor; if it is text, put it in quotes or use >-'],
  ['&It', '37:14: &It is read as an anchor, and no value follows it; if it is text, put it in quotes or use >-'],
  [
    '!It sank',
    '37:14: !It is read as a tag, and tags are not allowed; remove it or, if it is text, put it in quotes or use >-',
  ],
  ['| It sank', '37:16: text after | or > starts on the next line, indented; move it there, or put it in quotes'],
  [
    'It sank\n    there',
    '38:5: this line is neither a field nor part of the text above; write it as "name: value", or indent it deeper than ',
  ],
  ['] sank', '37:14: ] closes nothing; remove it or, if it is text, put it in quotes or use >-'],
  [
    'It sank\n      place: there',
    '38:7: this line continues the text above and has a colon; if it is a field, align it with its neighbours, else put the text in quotes, or use >-',
  ],
  ['It sank\n   at: once', '38:1: this line is not aligned with its neighbours; indent it as '],
  ['"\\d"', '37:15: \\d is not an escape sequence; write \\\\ for a backslash'],
  ['&a &b It', '37:17: is not YAML: a node can have at most one anchor; if it is text, put it in quotes or use >-'],
]

it.each(mistakes)(
  'reports one error for the summary %j, with its location and how to mend it',
  async (summary, says) => {
    const { problems } = await check(storyWith(['It sank at the ford.', summary]))
    expect(problems).toEqual([expect.stringContaining(`story.yaml:${says}`)])
  },
)

it('reports an unclosed quote where it opens, and errors before it, but none after it', async () => {
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
    'story.yaml:21:23: text cannot start with @',
    'story.yaml:36:15: the " opened here is never closed',
  ])
})
