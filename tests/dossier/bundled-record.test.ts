import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { read } from '../_support/answer.ts'
import type { App } from '../_support/app.ts'
import {
  allDevelopments,
  type BearingRead,
  bundledRecord,
  type Connection,
  type FigureRead,
  type Keyed,
  openBundledRecord,
  type PositionRead,
  type SourceRead,
  stancesOn,
} from '../_support/bundled-record.ts'

/*
 * Holds the bundled record to rules and to what its five documents say, never to how much it holds. A stance, an answer or a warning that
 * changes here has to change in a document first.
 */

let app: App
beforeAll(async () => {
  app = await openBundledRecord()
})
afterAll(() => app[Symbol.asyncDispose]())

test('check finds no problem, and nothing to warn of', async () => {
  const { problems, warnings } = await checkDossiers([bundledRecord])
  expect([...problems, ...warnings]).toEqual([])
})

test.each([
  ['Алиев', 'ilham-aliyev'],
  ['Əliyev', 'ilham-aliyev'],
  ['Путин', 'vladimir-putin'],
  ['Зеленський', 'volodymyr-zelenskyy'],
  ['Bakı', 'azerbaijan'],
  ['Москва', 'russia'],
  ['Россотрудничество', 'rossotrudnichestvo'],
  ['Müdafiə Nazirliyi', 'azerbaijani-defence-ministry'],
  ["O'zbekiston", 'uzbekistan'],
])('a search for %s finds what %s takes part in', async (text, actor) => {
  const { developments } = await read(
    app,
    `query ($text: String!) { developments(first: 100, filter: { text: $text }) { nodes { participations { actor { key } } } } }`,
    { text },
  )
  const { nodes } = developments as Connection<{ readonly participations: readonly { readonly actor: Keyed }[] }>
  expect(nodes).not.toEqual([])
  expect(nodes.filter(({ participations }) => participations.some((one) => one.actor.key === actor))).not.toEqual([])
})

describe('no development', () => {
  test('lacks a citation, or rests a quote, a figure or a bearing on a source that it does not cite', async () => {
    const all = await allDevelopments(app)
    const unfounded = all.filter(({ citations, quotes = [], figures, bearings }) => {
      const cited = new Set(citations.map(({ source }) => source.key))
      return (
        cited.size === 0 || [...quotes, ...figures, ...bearings].some(({ citation }) => !cited.has(citation.source.key))
      )
    })
    expect(all).not.toEqual([])
    expect(unfounded.map(keyOf)).toEqual([])
  })

  test('copies more than a dozen words, or quotes at length', async () => {
    const long = (await allDevelopments(app)).filter(
      ({ citations, quotes = [] }) =>
        citations.some(({ excerpt }) => words(excerpt ?? '') > 12) || quotes.some(({ text }) => words(text) > 20),
    )
    expect(long.map(keyOf)).toEqual([])
  })

  test('known from a headline or a picture alone is established, or graded as if it could be judged', async () => {
    const glimpsed = (await allDevelopments(app)).filter(({ citations }) =>
      citations.every(({ basis }) => basis === 'LINKED_HEADLINE' || basis === 'IMAGE_TEXT'),
    )
    expect(glimpsed).not.toEqual([])
    expect(new Set(glimpsed.map(({ credibility }) => credibility))).toEqual(new Set(['CANNOT_BE_JUDGED']))
    expect(glimpsed.map(({ evidentialStatus }) => evidentialStatus)).not.toContain('ESTABLISHED')
  })

  test('that no document dates lacks a latest day, or a note on its bounds', async () => {
    const bounded = (await allDevelopments(app)).filter(({ date }) => date.edtf.startsWith('['))
    expect(bounded).not.toEqual([])
    expect(bounded.filter(({ date }) => date.latest === null || date.note === null).map(keyOf)).toEqual([])
  })

  test('attributes an outlet’s opinion to anyone else', async () => {
    const opinions = (await allDevelopments(app)).filter(({ citations }) =>
      citations.every(({ basis }) => basis === 'OPINION'),
    )
    expect(opinions).not.toEqual([])
    const lent = opinions.filter(({ speakers = [], onBehalfOf = [], positions = [] }) => {
      const voices = new Set(speakers.map(keyOf))
      return onBehalfOf.length > 0 || positions.some(({ holder }) => !voices.has(holder.key))
    })
    expect(lent.map(keyOf)).toEqual([])
  })
})

test('each of the five documents is cited, and those without a date are bounded', async () => {
  const { sources } = await read(
    app,
    '{ sources { nodes { key publishedOn { latest note } citedBy { totalCount } } } }',
  )
  const { nodes } = sources as Connection<SourceRead>
  expect(nodes.map(({ key }) => key)).toEqual([
    'timeswordle-2025-02',
    'tca-2025-07-02',
    'unsigned-2025-02',
    'unsigned-2025-07-20',
    'eurasianet-2025-10-11',
  ])
  expect(nodes.filter(({ citedBy }) => citedBy.totalCount === 0)).toEqual([])
  const undated = nodes.filter(({ publishedOn }) => publishedOn?.note?.startsWith('The document has no date.'))
  expect(undated.map(({ key, publishedOn }) => [key, publishedOn?.latest])).toEqual([
    ['timeswordle-2025-02', '2025-02-28'],
    ['unsigned-2025-02', '2025-02-28'],
  ])
})

describe('the crash', () => {
  test('is no assault, nor is anything else in the two disputes', async () => {
    const filter = '{ disputes: ["j2-8243", "mh17"], ploverTypes: [ASSAULT] }'
    const { crash, assaults } = await read(
      app,
      `{ crash: development(key: "j2-8243/crash") { codings { type } } assaults: developments(filter: ${filter}) { totalCount } }`,
    )
    expect({ crash, assaults }).toEqual({ crash: { codings: [] }, assaults: { totalCount: 0 } })
  })

  test('has its dead counted as each document counts them, and its place where each puts it', async () => {
    const { development } = await read(
      app,
      `{ development(key: "j2-8243/crash") {
           figures { quantity value unit citation { source { key } } }
           bearings { claim { key } citation { source { key } } } } }`,
    )
    const { figures, bearings } = development as { figures: FigureRead[]; bearings: BearingRead[] }
    const killed = figures.filter(({ quantity }) => quantity === 'KILLED')
    expect(killed.map(({ value, unit, citation }) => [value, unit, citation.source.key])).toEqual([
      [38, 'people', 'timeswordle-2025-02'],
      [38, 'people', 'tca-2025-07-02'],
      [38, 'passengers', 'unsigned-2025-02'],
      [38, 'people', 'unsigned-2025-07-20'],
      [38, 'passengers and crew', 'eurasianet-2025-10-11'],
    ])
    const placed = bearings.map(({ claim, citation }) => [claim.key, citation.source.key])
    expect(placed).toContainEqual(['j2-8243/crash-over-grozny', 'unsigned-2025-02'])
    expect(placed).toContainEqual(['j2-8243/crash-near-aktau', 'unsigned-2025-02'])
  })
})

describe('the positions of the parties', () => {
  test('on 1 March 2025: Baku names Russian fire, Moscow has named birds and fog and waits', async () => {
    expect(await stancesOn(app, '2025-03-01')).toEqual({
      azerbaijan: holding('ASSERTS', ['russian-fire', 'russia-responsible', 'accidental', 'concealment', 'evasion']),
      russia: {
        'russian-fire': 'AWAITS_INVESTIGATION', // the Kremlin, in the report on TimesWordle.com
        'russia-responsible': 'DOES_NOT_ADDRESS', // its air transport agency, in the unsigned report of February
        ...holding('ASSERTS', ['bird-strike', 'fog']), // the report of 20 July 2025, of the time right after the crash
      },
    })
  })

  test('on 10 October 2025: Moscow affirms Russian fire, and so names another cause than before', async () => {
    const { azerbaijan, russia } = await stancesOn(app, '2025-10-10')
    expect(russia).toEqual({
      ...holding('AFFIRMS', ['russian-fire', 'russia-responsible', 'accidental', 'impact-in-russian-airspace']),
      'russian-missile': 'PARTIALLY_ACCEPTS', // two missiles exploded metres away; that they hit is not reported
      ...holding('ASSERTS', ['technical-failure', 'near-detonation', 'putin-learned-late']),
      ...holding('OFFERS_ALTERNATIVE', ['bird-strike', 'fog', 'ukrainian-drone']),
      ...holding('ASSERTS', ['drone-attack-under-way', 'murder-inquiry']),
    })
    expect(azerbaijan).toEqual({
      ...holding('ASSERTS', ['russian-fire', 'russia-responsible', 'accidental', 'concealment', 'evasion']),
      deliberate: 'OFFERS_ALTERNATIVE', // the president says accidental; the report of 20 July 2025 has Baku say deliberate
      'ukrainian-drone': 'DENIES',
      ...holding('ASSERTS', ['two-attacks', 'external-impact', 'electronic-warfare', 'anti-drone-fire']),
      ...holding('ASSERTS', ['russian-missile', 'airspace-left-open', 'poor-coordination', 'investigation-stalled']),
      ...holding('ASSERTS', ['officials-know', 'unequal-treatment', 'sputnik-fraud']),
    })
  })

  test('keep each stance that Russia took on Russian fire on the way', async () => {
    const { claim } = await read(
      app,
      '{ claim(key: "j2-8243/russian-fire") { positions(holder: "russia") { nodes { stance attribution statement { key } } } } }',
    )
    const { positions } = claim as { positions: Connection<PositionRead> }
    expect(positions.nodes.map(({ stance, attribution, statement }) => [statement.key, stance, attribution])).toEqual([
      ['j2-8243/russia-birds-and-fog', 'OFFERS_ALTERNATIVE', 'INFERRED'],
      ['j2-8243/putin-apology', 'DOES_NOT_ADDRESS', 'CHARACTERISED'],
      ['j2-8243/russia-awaits-investigation', 'AWAITS_INVESTIGATION', 'PARAPHRASED'],
      ['j2-8243/investigative-committee-replies', 'AWAITS_INVESTIGATION', 'INFERRED'],
      ['j2-8243/kremlin-caution', 'AWAITS_INVESTIGATION', 'PARAPHRASED'],
      ['j2-8243/putin-acknowledges', 'AFFIRMS', 'PARAPHRASED'],
    ])
  })
})

test('the demands stand as the documents leave them on 20 July and on 10 October 2025', async () => {
  const { dispute } = await read(
    app,
    '{ dispute(key: "j2-8243") { demands { key july: response(on: "2025-07-20") october: response(on: "2025-10-10") } } }',
  )
  const { demands } = dispute as { demands: { key: string; july: string; october: string }[] }
  expect(demands.map(({ key, july, october }) => [key, july, october])).toEqual([
    ['j2-8243/acknowledge', 'DEFERRED', 'MET_IN_PART'], // whether in public is not reported
    ['j2-8243/punish', 'DEFERRED', 'DEFERRED'], // a legal assessment is promised, not a punishment
    ['j2-8243/compensate-victims', 'DEFERRED', 'PROMISED'],
    ['j2-8243/reimburse-airline', 'DEFERRED', 'DEFERRED'], // compensation is promised; neither airline nor aircraft is named
    ['j2-8243/apologise', 'MET_IN_PART', 'MET_IN_PART'], // an apology, neither official nor full
    ['j2-8243/independent-probe', 'NO_RESPONSE', 'NO_RESPONSE'],
  ])
})

test('each demand is made by a statement that a document reports, and none by an author who is not named', async () => {
  const { dispute } = await read(
    app,
    '{ dispute(key: "j2-8243") { demands { key madeIn { key speakers { kind } } } } }',
  )
  const { demands } = dispute as { demands: (Keyed & { madeIn: (Keyed & { speakers: { kind: string }[] })[] })[] }
  expect(demands.filter(({ madeIn }) => madeIn.length === 0)).toEqual([])
  const statements = demands.flatMap(({ madeIn }) => madeIn)
  expect(statements.map(keyOf)).toContain('j2-8243/azerbaijan-demands-full-apology')
  expect(statements.flatMap(({ speakers }) => speakers.map(({ kind }) => kind))).not.toContain('UNNAMED')
})

test.each([
  ['j2-8243/prosecutor-letters', 'SPAN', '2025-07-20'],
  ['j2-8243/investigative-committee-replies', 'SPAN', '2025-07-20'],
  ['j2-8243/aliyev-criticises-refusal', 'SPAN', '2025-10-08'],
  ['j2-8243/downing-called-deliberate', 'WITHIN', '2025-07-20'],
  ['context/usaid-limited', 'WITHIN', '2023-02-28'],
])('the date of %s is read as its document has it', async (key, reading, latest) => {
  const { development } = await read(app, 'query ($key: Key!) { development(key: $key) { date { reading latest } } }', {
    key,
  })
  expect(development).toEqual({ date: { reading, latest } })
})

test('the words of Russia’s president on 9 October come through Baku, and his counterpart is not quoted in the third person', async () => {
  const { acknowledges, accepts } = await read(
    app,
    `{ acknowledges: development(key: "j2-8243/putin-acknowledges") { citations { via { key } } }
       accepts: development(key: "j2-8243/aliyev-accepts") { ... on Statement { quotes { text } } } }`,
  )
  expect(acknowledges).toEqual({ citations: [{ via: [{ key: 'azerbaijan' }] }] })
  expect(accepts).toEqual({ quotes: [{ text: 'considering it necessary to address this issue at our meeting' }] })
})

test('measures are in force from when the documents have them so', async () => {
  const { measures } = await read(
    app,
    '{ measures(filter: { disputes: ["j2-8243"] }, first: 100) { nodes { key march: status(on: "2025-03-01") july: status(on: "2025-07-20") } } }',
  )
  const { nodes } = measures as Connection<{ key: string; march: string | null; july: string | null }>
  const inForce = (day: 'march' | 'july') => nodes.filter((one) => one[day] === 'IN_FORCE').map(({ key }) => key)
  expect(inForce('march')).toEqual(['j2-8243/rossotrudnichestvo-expelled'])
  expect(new Set(inForce('july'))).toEqual(
    new Set([
      'j2-8243/rossotrudnichestvo-expelled',
      'j2-8243/russian-house-closed',
      'j2-8243/russian-house-taken-over',
      'j2-8243/cultural-events-suspended',
      'j2-8243/russian-journalists-detained',
      'j2-8243/yekaterinburg-arrests',
      'j2-8243/sputnik-staff-detained',
    ]),
  )
  // All that is reported of the legal action is that it is prepared.
  expect(nodes).toContainEqual({ key: 'j2-8243/legal-action', march: 'PREPARED', july: 'PREPARED' })
})

function holding(stance: string, claims: readonly string[]): Record<string, string> {
  return Object.fromEntries(claims.map((claim) => [claim, stance]))
}

function keyOf({ key }: Keyed): string {
  return key
}

function words(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}
