import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { check, STORY, storyWith } from '../_support/ferry-dossier.ts'

it('finds nothing wrong with the story', async () => {
  expect(await check(STORY)).toEqual({ problems: [], warnings: [] })
})

interface Mistake {
  /** Words of the story, each with what replaces them. */
  readonly changes: readonly (readonly [from: string, to: string])[]
  /** The problems, without the file's name. */
  readonly says: readonly string[]
}

const mistakes: Readonly<Record<string, Mistake>> = {
  'an unknown field': {
    changes: [['    headline: The ferry sinks', '    headlin: The ferry sinks']],
    says: [
      '35:5 event ferry/sinking headline: is missing; write what happened, as a neutral headline',
      '36:5 event ferry/sinking headlin: unknown field "headlin"; did you mean headline?',
    ],
  },
  'a field of another kind of development': {
    changes: [['    places: [ford]', '    speakers: [minister]']],
    says: [
      '42:5 event ferry/sinking speakers: unknown field "speakers"; speakers is a field of a statement, and this is an event',
    ],
  },
  'an unknown enum value': {
    changes: [['event-kind: incident', 'event-kind: incidnt']],
    says: [
      '40:17 event ferry/sinking event-kind: found "incidnt"; did you mean incident? allowed: incident, weapons-incident, armed-attack, armed-conflict, interference, closure, death, investigation-step, investigation-finding, court-ruling, meeting, call, visit, publication, protest, membership-change, condition, emergency, award, agreement, other',
    ],
  },
  'a date in bare brackets': {
    changes: [['date: 2024-12-31', 'date: [2024-12-25..2024-12-31]']],
    says: [
      '38:11 event ferry/sinking date: is a list, as YAML reads unquoted brackets; put the date in quotes, as "[2024-12-25..2024-12-31]"',
    ],
  },
  'an invalid date': {
    changes: [['date: 2024-12-31', 'date: 31.12.2024']],
    says: [
      '38:11 event ferry/sinking date: 31.12.2024 is not an EDTF date, which has the year first; write "2024-12-31"',
    ],
  },
  'an impossible day': {
    changes: [['date: 2024-12-31', 'date: 2023-02-29']],
    says: ['38:11 event ferry/sinking date: 2023-02-29 does not exist: February 2023 has 28 days; write "2023-02"'],
  },
  'an unknown key': {
    changes: [['participants: [{actor: south', 'participants: [{actor: suoth']],
    says: ['43:28 event ferry/sinking participants[0].actor: there is no actor "suoth"; did you mean south?'],
  },
  'a key of another space': {
    changes: [['claim: ferry/sunk, stance', 'claim: ferry/pay, stance']],
    says: ['58:25 statement ferry/accusation positions[0].claim: there is no claim "ferry/pay"; a demand has that key'],
  },
  'a key of a development of another kind': {
    changes: [
      ['    demands: [ferry/pay]', '    status-changes: [{measure: ferry/sinking, status: lifted, date: 2025}]'],
    ],
    says: [
      '59:32 statement ferry/accusation status-changes[0].measure: "ferry/sinking" is an event; expected a measure',
    ],
  },
  'a repeated key': {
    changes: [['  - key: south', '  - key: north']],
    says: [
      '7:22 dispute ferry parties[1]: there is no actor "south"; did you mean north?',
      '13:10 actor north key: the key "north" is already used at story.yaml:9; give each record its own key',
      '33:110 demand ferry/pay addressees[0]: there is no actor "south"; did you mean north?',
      '43:28 event ferry/sinking participants[0].actor: there is no actor "south"; did you mean north?',
      '56:81 statement ferry/accusation codings[0].recipients[0]: there is no actor "south"; did you mean north?',
      '71:15 measure ferry/recall targets[0]: there is no actor "south"; did you mean north?',
    ],
  },
  'a key that two kinds of development have': {
    changes: [['statement: ferry/accusation', 'statement: ferry/sinking']],
    says: [
      '46:16 statement ferry/sinking statement: the key "ferry/sinking" is already used by an event at story.yaml:35; give each record its own key',
      '61:53 statement ferry/sinking links[0].development: "ferry/sinking" is the record itself; name another',
    ],
  },
  'a repeated field': {
    changes: [['    channel: speech', '    channel: speech\n    channel: call']],
    says: ['56:5: the field "channel" is given twice; give it once'],
  },
  'a coding that lacks its recipient': {
    changes: [
      [
        '{type: accuse, modes: [allege], initiators: [north], recipients: [south]}',
        '{type: sanction, initiators: [north]}',
      ],
    ],
    says: [
      '56:15 statement ferry/accusation codings[0]: sanction needs a recipient; name in recipients the actor to whom it was done',
    ],
  },
  'a mode that is not of the type': {
    changes: [['modes: [allege]', 'modes: [visit]']],
    says: [
      '56:38 statement ferry/accusation codings[0].modes[0]: "visit" is not a mode of accuse; allowed: disapprove, investigate, allege',
    ],
  },
  'a quote that cites what the development does not': {
    changes: [['language: en, citation: gazette', 'language: en, citation: gazete']],
    says: [
      '57:60 statement ferry/accusation quotes[0].citation: the development does not cite "gazete"; did you mean gazette?',
    ],
  },
  'a figure that cites what the development does not': {
    changes: [['value: 3, citation: gazette', 'value: 3, citation: almanac']],
    says: [
      '44:54 event ferry/sinking figures[0].citation: the development does not cite "almanac"; cite it, or use a cited source: gazette',
    ],
  },
  'two citations of one source': {
    changes: [
      ['places: [ford]', 'places: [ford]\n    bearings: [{claim: ferry/rock, bearing: supports, citation: gazette}]'],
      [
        'value: 3, citation: gazette}]\n    citations: [',
        'value: 3, citation: gazette}]\n    citations: [{source: gazette, credibility: 3, basis: opinion}, ',
      ],
    ],
    says: ['46:77 event ferry/sinking citations[1].source: "gazette" is cited twice; use one citation per source'],
  },
  'a position by a holder that nothing ties to the statement': {
    changes: [['stance: asserts}', 'stance: asserts, holder: south}']],
    says: [
      '58:62 statement ferry/accusation positions[0].holder: the statement does not name "south", and no affiliation ties it to an actor that the statement names (minister, north); name one of these, or add the affiliation',
    ],
  },
  'a role that follows from the fields': {
    changes: [['role: affected', 'role: imposed-by']],
    says: [
      '43:41 event ferry/sinking participants[0].role: the role "imposed-by" is derived from imposed-by; allowed here: participant, subject, host, visitor, mediator, investigator, affected, publisher, beneficiary',
    ],
  },
  'a URL that is not http': {
    changes: [['https://gazette.example/2025', 'ftp://gazette.example/2025']],
    says: [
      '28:10 source gazette url: "ftp://gazette.example/2025" is not a web address; it must begin with http:// or https://',
    ],
  },
  'a control character': {
    changes: [['summary: Who sank it.', 'summary: "Who \\u0007 sank it."']],
    says: ['5:14 dispute ferry summary: contains the control character U+0007; remove it'],
  },
  'several speakers and a position without holder': {
    changes: [['speakers: [minister]', 'speakers: [minister, north]']],
    says: [
      '58:17 statement ferry/accusation positions[0]: the statement has 2 speakers and the position no holder; name the holder',
    ],
  },
  'an alternative that is not named': {
    changes: [['stance: asserts', 'stance: offers-alternative']],
    says: [
      '58:17 statement ferry/accusation positions[0]: offers-alternative needs a rival claim; name it in alternative',
    ],
  },
  'an alternative that is not asked for': {
    changes: [['stance: asserts', 'stance: asserts, alternative: ferry/rock']],
    says: [
      '58:67 statement ferry/accusation positions[0].alternative: "asserts" takes no alternative; remove it, or make the stance offers-alternative',
    ],
  },
  'a figure without a number': {
    changes: [['{quantity: killed, value: 3,', '{quantity: killed,']],
    says: ['44:15 event ferry/sinking figures[0]: the figure has no number; give value, min or max, or as-written'],
  },
  'a figure upside down': {
    changes: [['value: 3,', 'min: 5, max: 3,']],
    says: ['44:39 event ferry/sinking figures[0].min: min 5 is greater than max 3; put the smaller number in min'],
  },
  'an infinite number': {
    changes: [['value: 3,', 'value: 1e400,']],
    says: ['44:41 event ferry/sinking figures[0].value: found 1e400; a finite number is expected'],
  },
  'an infinite number that is longer than what is shown': {
    changes: [['value: 3,', `value: 1${'0'.repeat(400)},`]],
    says: [`44:41 event ferry/sinking figures[0].value: found 1${'0'.repeat(59)}…; a finite number is expected`],
  },
  'a figure too large to be exact': {
    changes: [['value: 3,', 'value: 9007199254740993, min: -9007199254740993, max: 9007199254740991,']],
    says: [
      '44:41 event ferry/sinking figures[0].value: is beyond 9007199254740991, the limit for exact whole numbers; omit it and put its words in as-written',
      '44:64 event ferry/sinking figures[0].min: is beyond 9007199254740991, the limit for exact whole numbers; omit it and put its words in as-written',
    ],
  },
  'too long an excerpt': {
    changes: [
      [
        'value: 3, citation: gazette}]\n    citations: [{source: gazette,',
        'value: 3, citation: gazette}]\n    citations: [{source: gazette, excerpt: one two three four five six seven eight nine ten eleven twelve thirteen,',
      ],
    ],
    says: ['45:44 event ferry/sinking citations[0].excerpt: the excerpt has 13 words; the limit is 12'],
  },
  'a repeated word': {
    changes: [['acts: [accuse]', 'acts: [accuse, accuse]']],
    says: ['54:20 statement ferry/accusation acts[1]: "accuse" is repeated, first as item 1; remove one'],
  },
  'a dispute that it is part of and background to': {
    changes: [['    places: [ford]', '    context-of: [ferry]']],
    says: [
      '42:18 event ferry/sinking context-of[0]: "ferry" is also in disputes; a development is either part of a dispute or background to it',
    ],
  },
  'a record that names itself': {
    changes: [['development: ferry/sinking', 'development: ferry/accusation']],
    says: [
      '61:53 statement ferry/accusation links[0].development: "ferry/accusation" is the record itself; name another',
    ],
  },
  'text that YAML reads as something else': {
    changes: [['summary: Who sank it.', 'summary: 2024']],
    says: ['5:14 dispute ferry summary: found the number 2024; a text is expected: put it in quotes, as "2024"'],
  },
  'a list written as text': {
    changes: [['targets: [south]', 'targets: south']],
    says: ['71:14 measure ferry/recall targets: found "south"; a list is expected: put it in brackets, as [south]'],
  },
  'a field left empty': {
    changes: [['    channel: speech', '    channel:']],
    says: [
      '55:5 statement ferry/accusation channel: is empty; write how it was made; allowed: unspecified, speech, press-conference, media-remarks, interview, official-release, meeting, call, letter, article, social-media, report, unnamed-briefing, other',
    ],
  },
  'a bad key': {
    changes: [['  - key: south', '  - key: South Land']],
    says: [
      '7:22 dispute ferry parties[1]: there is no actor "south"; did you mean north?',
      '13:10 actors[1] key: "South Land" is not a key: a key consists of a-z, 0-9 and "-", starts with a letter or digit, and has "/" between its parts',
      '33:110 demand ferry/pay addressees[0]: there is no actor "south"; did you mean north?',
      '43:28 event ferry/sinking participants[0].actor: there is no actor "south"; did you mean north?',
      '56:81 statement ferry/accusation codings[0].recipients[0]: there is no actor "south"; did you mean north?',
      '71:15 measure ferry/recall targets[0]: there is no actor "south"; did you mean north?',
    ],
  },
  'a comma that tears a text apart': {
    changes: [['office: Minister,', 'office: Minister, of sorts,']],
    says: [
      '19:75 actor minister affiliations[0].of sorts: unknown field "of sorts"; a text with a comma needs quotes; allowed: to, relation, office, date, sources',
    ],
  },
  'a development of no kind': {
    changes: [['  - event: ferry/sinking', '  - evnt: ferry/sinking']],
    says: [
      '35:5 developments[0]: the development has no kind; write its key under exactly one of event, statement, measure',
      '61:53 statement ferry/accusation links[0].development: there is no development "ferry/sinking"; add a development with that key, or name an existing one',
    ],
  },
  'half a coordinate': {
    changes: [[', longitude: 10}', '}']],
    says: ['21:43 place ford latitude: latitude is given without longitude; give both or neither'],
  },
  'a wrong version': {
    changes: [['dossier: 1', 'dossier: 2']],
    says: ['1:10 dossier: found 2; this version of Demarche reads dossier: 1'],
  },
  'an unknown section': {
    changes: [['places:\n', 'place:\n']],
    says: ['20:1 place: unknown field "place"; did you mean places?'],
  },
  'a section that is not a list': {
    changes: [['places:\n  - {key: ford, name: The Ford, latitude: 60.5, longitude: 10}', 'places: none']],
    says: ['20:9 places: found "none"; expected a list of records'],
  },
  'a tab': {
    changes: [['    channel: speech', '	channel: speech']],
    says: ['55:1: this line is indented with a tab; use spaces'],
  },
  'a tag': {
    changes: [['channel: speech', 'channel: !spoken speech']],
    says: [
      '55:14: !spoken is read as a tag, and tags are not allowed; remove it or, if it is text, put it in quotes or use >-',
    ],
  },
  'an alias of nothing': {
    changes: [['targets: [south]', 'targets: *those']],
    says: [
      '71:14: no anchor above this alias is named &those; write &those before the value that *those stands for or, if it is text, put it in quotes',
    ],
  },
}

it.each(Object.entries(mistakes))('reports %s with its location and what is allowed', async (_, { changes, says }) => {
  const { problems } = await check(storyWith(...changes))
  expect(problems).toEqual(says.map((line) => `story.yaml:${line}`))
})

it.each(['json', 'ndjson'])('refuses a figure too large to be exact in %s too', async (format) => {
  const story = parse(STORY) as Record<string, unknown[]>
  const line = (record: unknown) => JSON.stringify({ development: record })
  const text = format === 'json' ? JSON.stringify(story) : (story['developments'] ?? []).map(line).join('\n')
  const { problems } = await check(text.replace('"value":3', '"value":9007199254740993'), `story.${format}`)
  expect(problems.filter((problem) => problem.includes('figures[0].value'))).toEqual([
    expect.stringContaining('event ferry/sinking figures[0].value: is beyond 9007199254740991, '),
  ])
})
