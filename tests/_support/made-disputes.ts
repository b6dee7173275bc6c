import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../bench/synthetic/random.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { openApp, type App, type AppOptions } from './app.ts'
import { temporaryFile } from './temporary-store.ts'

/*
 * Disputes in shapes that the bundled record does not have. Each is a dossier and comes into a store as dossiers do. The same text is made on
 * every run.
 */

/** A dossier as JSON. */
interface MadeDossier {
  readonly dossier: 1
  readonly disputes: readonly RecordOf<'dispute'>[]
  readonly actors: readonly RecordOf<'actor'>[]
  readonly places?: readonly RecordOf<'place'>[]
  readonly sources: readonly RecordOf<'source'>[]
  readonly claims?: readonly RecordOf<'claim'>[]
  readonly demands?: readonly RecordOf<'demand'>[]
  readonly developments: readonly MadeDevelopment[]
}

type MadeDevelopment = RecordOf<'event'> | RecordOf<'statement'> | RecordOf<'measure'>

/** The dossiers, by the key of the dispute that each is about. */
export const MADE_DISPUTES = {
  'five-states': fiveStates,
  'two-developments': twoDevelopments,
  'one-party': oneParty,
  hostile: () => dangerous('hostile', HOSTILE),
  // The same records with harmless texts: its pages have the same elements.
  harmless: () => dangerous('harmless', HOSTILE.map(harmlessTwin)),
} as const satisfies Readonly<Record<string, () => MadeDossier>>

/** The service with some of the disputes. */
export async function openMadeDisputes(
  keys: readonly (keyof typeof MADE_DISPUTES)[],
  options: AppOptions = {},
): Promise<App> {
  using place = temporaryFile()
  const files = keys.map((key) => writeMadeDispute(key, place.folder))
  const app = await openApp(options)
  await importDossiers(app.store, { files })
  return app
}

/** Writes the dossier of a dispute into a folder. Returns the name of the file. */
export function writeMadeDispute(key: keyof typeof MADE_DISPUTES, folder: string): string {
  const file = join(folder, `${key}.json`)
  writeFileSync(file, JSON.stringify(MADE_DISPUTES[key]()))
  return file
}

const STATES = ['Norland', 'Estmark', 'Sudria', 'Westhaven', 'Lower Tannenau and the Isles']
const TOPICS = ['the dam', 'the fishing grounds', 'the pipeline', 'the border post', 'the archive', 'the rail link']
const CITIES = ['Karsk', 'Port Ellin', 'Vale', 'Two Rivers', 'Obermoor', 'Santa Rita']

/** Developments of the dispute between five states. */
const MANY = 2_000

/** Its codings. */
const CODINGS = 400

/**
 * Five states, 2,000 developments over five years, and 400 codings. The states change their positions, answer demands, and take measures
 * that later end; sources disagree; some dates are months, spans or open.
 */
function fiveStates(): MadeDossier {
  const key = 'five-states'
  const random = new Random(1, key)
  const states = STATES.map((name, index) => ({ key: `${key}/state-${index + 1}`, name }))
  const keys = states.map((state) => state.key)
  const ministers = states.map((state) => ({
    key: `${state.key}-minister`,
    name: `Minister of ${state.name}`,
    to: state.key,
  }))
  const outlets = Array.from({ length: 12 }, (_, index) => `${key}/outlet-${index + 1}`)
  const sources = Array.from({ length: 60 }, (_, index) => `${key}/source-${index + 1}`)
  const claims = TOPICS.flatMap((topic, index) =>
    [
      `${random.pick(STATES)} broke the treaty on ${topic}.`,
      `${random.pick(STATES)} was warned about ${topic} in time.`,
      `Nobody is to blame for ${topic}.`,
    ].map((proposition, number) => ({ key: `${key}/claim-${index + 1}-${number + 1}`, proposition })),
  )
  const demands = TOPICS.map((topic, index) => ({
    key: `${key}/demand-${index + 1}`,
    text: `Stop all work on ${topic} and let observers in.`,
  }))
  const measures: string[] = []
  const before: string[] = []
  let codings = 0

  const development = (number: number): MadeDevelopment => {
    const topic = random.pick(TOPICS)
    const [by, to] = twoOf(random, states)
    const minister = ministers.find((one) => one.to === by.key)
    const source = random.pick(sources)
    const also = random.pick(sources)
    const form = random.next()
    const name = `${key}/${number}`
    // The codings are spread evenly, so that exactly 400 are made.
    const isCoded = Math.floor((number * CODINGS) / MANY) > codings
    if (isCoded) codings++
    const shared = {
      date: madeDate(random, number),
      'evidential-status': random.pick(['established', 'reported', 'reported', 'alleged', 'contested'] as const),
      disputes: [key],
      ...(random.chance(0.3) && { places: [`${key}/${random.pick(CITIES).toLowerCase().replaceAll(' ', '-')}`] }),
      citations: [...new Set([source, ...(random.chance(0.3) ? [also] : [])])].map((cited) => ({
        source: cited,
        credibility: random.pick([1, 2, 2, 3, 4, 6] as const),
        basis: random.pick(['own-reporting', 'quotes-official', 'relays-other'] as const),
        locator: `paragraph ${1 + random.below(9)}`,
      })),
      ...(isCoded && { codings: [madeCoding(random, by.key, to.key)] }),
      ...(before.length > 0 &&
        random.chance(0.5) && {
          links: [
            {
              relation: random.pick(['in-response-to', 'follows', 'reports-on'] as const),
              development: random.pick(before),
            },
          ],
        }),
      ...(random.chance(0.08) && {
        assessments: [
          {
            demand: random.pick(demands).key,
            response: random.pick(['rejected', 'evaded', 'deferred', 'promised', 'met-in-part'] as const),
            date: dayAt(number),
          },
        ],
      }),
      ...(measures.length > 0 &&
        random.chance(0.05) && {
          'status-changes': [
            {
              measure: random.pick(measures),
              status: random.pick(['in-force', 'suspended', 'lifted'] as const),
              date: dayAt(number),
            },
          ],
        }),
    }
    before.push(name)
    if (before.length > 40) before.shift()
    if (form < 0.5) {
      return {
        statement: name,
        headline: `${by.name} accuses ${to.name} over ${topic}`,
        summary: `Its minister spoke in ${random.pick(CITIES)} and named ${to.name} as responsible for ${topic}.`,
        ...shared,
        speakers: [minister?.key ?? by.key],
        'on-behalf-of': [by.key],
        addressees: [to.key],
        acts: [random.pick(['accuse', 'deny', 'demand', 'warn', 'assert'] as const)],
        channel: random.pick(['speech', 'interview', 'press-conference', 'unspecified'] as const),
        positions: random
          .some(1 + random.below(2), () => random.pick(claims).key)
          .map((claim) => ({
            claim,
            stance: random.pick(['asserts', 'denies', 'affirms', 'awaits-investigation', 'questions'] as const),
            ...(random.chance(0.3) && { attribution: random.pick(['quoted', 'characterised', 'inferred'] as const) }),
          })),
        ...(random.chance(0.3) && {
          quotes: [{ text: `We shall not forget ${topic}.`, language: 'en', citation: source }],
        }),
        ...(random.chance(0.1) && { demands: [random.pick(demands).key] }),
      }
    }
    if (form < 0.65) {
      measures.push(name)
      return {
        measure: name,
        headline: `${by.name} closes its consulate in ${random.pick(CITIES)}`,
        summary: `The government of ${by.name} gave ${topic} as the reason.`,
        ...shared,
        'measure-kind': random.pick([
          'consulate-closed',
          'trade-restriction',
          'entry-ban',
          'ambassador-recalled',
        ] as const),
        'legal-character': 'retorsion',
        'imposed-by': [by.key],
        targets: [to.key],
        status: random.pick(['announced', 'in-force', 'prepared'] as const),
      }
    }
    const count = 1 + random.below(90)
    return {
      event: name,
      headline: `Talks on ${topic} in ${random.pick(CITIES)} end without a result`,
      summary: `Delegates of ${by.name} and ${to.name} met for two days. No text was published.`,
      ...shared,
      participants: [by, to].map(({ key: actor }) => ({ actor, role: 'participant' as const })),
      ...(random.chance(0.1) && {
        figures: shared.citations.map((cited, index) => ({
          quantity: 'detained' as const,
          value: count + index,
          unit: 'people',
          citation: cited.source,
        })),
      }),
      'event-kind': random.pick(['meeting', 'protest', 'incident', 'publication'] as const),
    }
  }

  const developments = Array.from({ length: MANY }, (_, index) => development(index + 1))
  return {
    dossier: 1,
    disputes: [
      {
        key,
        title: 'Five states and the waters of the Karsk basin',
        summary:
          'Five states share the basin. Each holds that another broke the treaty of 2015. They have met many times and agreed on little.',
        period: '2020-01-01/..',
        parties: keys,
        phases: [2020, 2021, 2022, 2023, 2024, 2025].map((year, index) => ({
          label: `Round ${index + 1}`,
          date: `${year}`,
          summary: `The round of ${year}: talks, notes and measures.`,
          sources: [sources[index] ?? ''],
        })),
      },
    ],
    actors: [
      ...states.map((state) => ({ ...state, kind: 'state' as const })),
      ...ministers.map(({ to, ...minister }) => ({
        ...minister,
        kind: 'person' as const,
        affiliations: [{ to, relation: 'office-holder' as const, office: 'Foreign minister', date: '2019/..' }],
      })),
      ...outlets.map((outlet, index) => ({
        key: outlet,
        name: `The Daily ${CITIES[index % 6]} ${index + 1}`,
        kind: 'outlet' as const,
      })),
    ],
    places: CITIES.map((name) => ({ key: `${key}/${name.toLowerCase().replaceAll(' ', '-')}`, name })),
    sources: sources.map((source, index) => ({
      key: source,
      title: `What happened in week ${index + 1}`,
      outlet: outlets[index % outlets.length] ?? '',
      genre: 'news' as const,
      published: dayAt(Math.ceil(((index + 1) * MANY) / sources.length)),
      language: random.pick(['en', 'fr', 'de']),
      reliability: random.pick(['A', 'B', 'B', 'C', 'D', 'F']),
      url: `https://news.example/${index + 1}`,
    })),
    claims: claims.map((claim, index) => ({
      ...claim,
      dispute: key,
      ...(index % 3 === 2 && {
        relations: [{ relation: 'contradicts' as const, claim: claims[index - 1]?.key ?? '' }],
      }),
    })),
    demands: demands.map((demand, index) => ({
      ...demand,
      dispute: key,
      remedy: 'access-or-information' as const,
      'made-by': [keys[index % 5] ?? ''],
      addressees: [keys[(index + 1) % 5] ?? ''],
    })),
    developments,
  }
}

function twoOf<Value>(random: Random, values: readonly Value[]): [Value, Value] {
  const one = random.pick(values)
  let other = random.pick(values)
  while (other === one) other = random.pick(values)
  return [one, other]
}

/** The n-th of the developments falls on this day. They fill six years. */
function dayAt(number: number): string {
  return new Date(Date.UTC(2020, 0, 1) + Math.floor((number / MANY) * 2_190) * 86_400_000).toISOString().slice(0, 10)
}

function madeDate(random: Random, number: number): string {
  const form = random.next()
  if (form < 0.6) return dayAt(number)
  if (form < 0.7) return dayAt(number).slice(0, 7)
  if (form < 0.9) return `[${dayAt(number)}..${dayAt(Math.min(MANY, number + 1 + random.below(60)))}]`
  return form < 0.95 ? `${dayAt(number)}/..` : `${dayAt(number).slice(0, 7)}~`
}

function madeCoding(random: Random, by: string, to: string) {
  const type = random.pick([
    'accuse',
    'accuse',
    'reject',
    'sanction',
    'consult',
    'cooperate',
    'threaten',
    'coerce',
  ] as const)
  return { type, contexts: ['diplomatic' as const], initiators: [by], recipients: [to] }
}

/** The least that a dispute can be: one source, an event and an answer to it. */
function twoDevelopments(): MadeDossier {
  const key = 'two-developments'
  return {
    dossier: 1,
    disputes: [
      { key, title: 'The buoy', summary: 'A buoy was moved.', period: '2025-03/..', parties: [`${key}/a`, `${key}/b`] },
    ],
    actors: [
      { key: `${key}/a`, name: 'Aland', kind: 'state' },
      { key: `${key}/b`, name: 'Boland', kind: 'state' },
    ],
    sources: [{ key: `${key}/note`, title: 'A note', language: 'en', reliability: 'C' }],
    developments: [
      {
        event: `${key}/moved`,
        headline: 'The buoy is moved',
        summary: 'Somebody moved it by night.',
        date: '2025-03',
        'evidential-status': 'reported',
        disputes: [key],
        'event-kind': 'incident',
        citations: [{ source: `${key}/note`, credibility: 3, basis: 'relays-other' }],
      },
      {
        statement: `${key}/asked`,
        headline: 'Aland asks who moved the buoy',
        summary: 'It had no answer.',
        date: '2025-03-09',
        'evidential-status': 'reported',
        disputes: [key],
        speakers: [`${key}/a`],
        acts: ['request'],
        channel: 'unspecified',
        citations: [{ source: `${key}/note`, credibility: 3, basis: 'relays-other' }],
      },
    ],
  }
}

/** A dispute needs a party. This one has a single party, about which nothing is recorded, and developments of others only. */
function oneParty(): MadeDossier {
  const key = 'one-party'
  return {
    dossier: 1,
    disputes: [
      {
        key,
        title: 'The silent party',
        summary: 'Others speak of it.',
        period: '2024/2025',
        parties: [`${key}/silent`],
      },
    ],
    actors: [
      { key: `${key}/silent`, name: 'Silentia', kind: 'state' },
      { key: `${key}/witness`, name: 'A witness', kind: 'unnamed' },
    ],
    sources: [{ key: `${key}/letter`, title: '[A letter]', language: 'en', reliability: 'F' }],
    developments: ['heard', 'saw', 'forgot'].map((verb, index) => ({
      statement: `${key}/${verb}`,
      headline: `A witness ${verb} something`,
      summary: 'The witness gave no name.',
      date: ['2024', '[2024-05-01..2024-08-31]', '2025-02~'][index] ?? '',
      'evidential-status': 'unverified' as const,
      disputes: [key],
      speakers: [`${key}/witness`],
      acts: ['assert' as const],
      channel: 'letter' as const,
      citations: [{ source: `${key}/letter`, credibility: 6 as const, basis: 'opinion' as const }],
    })),
  }
}

/** What runs in a page that does not escape text sets this property of its window. */
export const RAN = 'hostileTextRan'

/** Texts that break pages. Control characters other than tabs and line feeds are refused by every way into the record. */
const HOSTILE: readonly string[] = [
  `<script>window.${RAN}=1</script><img src=x onerror="window.${RAN}=1">`,
  `"><svg onload=window.${RAN}=1><!-- ' onmouseover='window.${RAN}=1' autofocus onfocus='window.${RAN}=1`,
  `</title></style></textarea></script><script>window.${RAN}=1</script>`,
  `javascript:window.${RAN}=1//`,
  `&lt;script&gt;window.${RAN}=1&lt;/script&gt; &#60;b&#62; &amp;amp; &nbsp;&#0;`,
  `\${window.${RAN}=1} {{constructor.constructor("window.${RAN}=1")()}} <%= 1 %> ]]> \\u003cb\\u003e`,
  'Right to left \u202Egnp.exe\u202C, isolate left open \u2067 and an embedding left open \u202B',
  'Zero\u200B width\u200D and\uFEFF separators\u2028 and\u2029, tab\tand\nline feed, soft\u00ADhyphen',
  `Marks: ${Array.from('Demarche', (letter) => letter + '\u0301\u0323\u0489\u035C\u0334\u0345'.repeat(5)).join('')}`,
  'Donaudampfschifffahrtsgesellschaftskapitänswitwenrente'.repeat(5),
  '\u{1F469}\u{1F3FD}\u200D\u{1F680} \u{1F3F3}\uFE0F\u200D\u{1F308} \u{1F1E6}\u{1F1FF} \u{1F9D1}\u200D\u{1F91D}\u200D\u{1F9D1}',
  'قال الوزير: "لم نكن نحن" (3/4) <b>[نهاية]</b>',
  'השר אמר: "לא אנחנו" (3/4) </b>',
  '部长说：“不是我们干的。”<b>完</b>',
]

/** Distinct texts of the same numbers of lines give pages of the same elements. */
function harmlessTwin(text: string, index: number): string {
  return text
    .split('\n')
    .map(() => `Text ${index}.`)
    .join('\n')
}

/** A record in which every text is one of a list. */
function dangerous(key: string, texts: readonly string[]): MadeDossier {
  let index = 0
  const some = () => texts[index++ % texts.length] ?? ''
  const url = () =>
    `https://evil.example/${encodeURIComponent(some()).slice(0, 1_000)}?a='onload='window.${RAN}=1&b=javascript:1`
  const [one, other, minister, outlet] = [`${key}/one`, `${key}/other`, `${key}/minister`, `${key}/outlet`] as const
  const [source, another, place] = [`${key}/source`, `${key}/another`, `${key}/place`] as const
  const shared = (number: number) => ({
    headline: some(),
    summary: some(),
    date: `2025-01-${String(number).padStart(2, '0')}`,
    'date-note': some(),
    'evidential-status': 'contested' as const,
    disputes: [key],
    places: [place],
    participants: [{ actor: one, role: 'affected' as const, note: some() }],
    codings: [{ type: 'accuse' as const, initiators: [one], recipients: [other] }],
    figures: [source, another].map((citation) => ({
      quantity: 'killed' as const,
      value: number,
      'as-written': some(),
      unit: some().slice(0, 90).trim(),
      note: some(),
      citation,
    })),
    bearings: [{ claim: `${key}/claim`, bearing: 'supports' as const, citation: source, note: some() }],
    citations: [source, another].map((cited) => ({
      source: cited,
      credibility: 2 as const,
      basis: 'own-reporting' as const,
      locator: some(),
      excerpt: some().split(/\s+/).slice(0, 12).join(' '),
    })),
    assessments: [{ demand: `${key}/demand`, response: 'evaded' as const, date: '2025-02', note: some() }],
  })
  return {
    dossier: 1,
    disputes: [
      {
        key,
        title: some(),
        summary: some(),
        period: '2025/..',
        parties: [one, other],
        phases: [{ label: some(), date: '2025-01', summary: some(), sources: [source] }],
      },
    ],
    actors: [
      { key: one, name: some(), kind: 'state', description: some(), aliases: [some()] },
      { key: other, name: some(), kind: 'state', description: some() },
      {
        key: minister,
        name: some(),
        kind: 'person',
        affiliations: [{ to: one, relation: 'office-holder', office: some(), date: '2020/..' }],
      },
      { key: outlet, name: some(), kind: 'outlet' },
    ],
    places: [{ key: place, name: some() }],
    sources: [source, another].map((cited) => ({
      key: cited,
      title: some(),
      outlet,
      note: some(),
      author: some(),
      url: url(),
      'archive-url': url(),
      published: '2025-01-09',
      'published-note': some(),
      language: 'ar',
      reliability: 'B',
    })),
    claims: [
      { key: `${key}/claim`, dispute: key, proposition: some() },
      {
        key: `${key}/rival`,
        dispute: key,
        proposition: some(),
        relations: [{ relation: 'contradicts', claim: `${key}/claim` }],
      },
    ],
    demands: [
      { key: `${key}/demand`, dispute: key, text: some(), remedy: 'release', 'made-by': [one], addressees: [other] },
    ],
    developments: [
      ...texts.map((_, number) => ({
        event: `${key}/event-${number + 1}`,
        ...shared(number + 1),
        'event-kind': 'incident' as const,
      })),
      ...texts.map((text, number) => ({
        statement: `${key}/statement-${number + 1}`,
        ...shared(number + 1),
        speakers: [minister],
        'on-behalf-of': [number % 2 === 0 ? one : other],
        addressees: [number % 2 === 0 ? other : one],
        acts: ['deny' as const],
        channel: 'speech' as const,
        quotes: [{ text, language: ['en', 'ar', 'he', 'zh'][number % 4] ?? 'en', citation: source }],
        positions: [
          {
            claim: `${key}/claim`,
            stance: number % 3 === 0 ? ('denies' as const) : ('asserts' as const),
            note: some(),
          },
        ],
        demands: [`${key}/demand`],
        links: [{ relation: 'in-response-to' as const, development: `${key}/event-${number + 1}`, note: some() }],
      })),
      {
        measure: `${key}/measure`,
        ...shared(20),
        'measure-kind': 'other',
        'legal-character': 'unknown',
        'legal-basis': some(),
        'imposed-by': [one],
        targets: [other],
        status: 'in-force',
      },
    ],
  }
}
