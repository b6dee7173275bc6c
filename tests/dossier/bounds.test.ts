import { writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { DossierFiles } from '../../src/dossier/format/dossier-files.ts'
import { formatNotShown, formatProblem, ProblemList } from '../../src/dossier/format/problems.ts'
import { KEY_MAX_LENGTH, nearestKeys } from '../../src/model/records/key.ts'
import { LIST_MAX } from '../../src/model/records/definitions.ts'
import { validateRecord } from '../../src/model/records/validation.ts'
import { Staging } from '../../src/store/sqlite/staging.ts'
import { check } from '../_support/ferry-dossier.ts'
import { event, statement } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const actor = (key: string) => ({ key, name: 'A', kind: 'state' })
const times = <Item>(count: number, item: (index: number) => Item) => Array.from({ length: count }, (_, i) => item(i))

describe('a list in a record', () => {
  const withAliases = (count: number) =>
    validateRecord('actor', { ...actor('north'), aliases: times(count, (index) => `Alias ${index}`) }).problems

  test('may have 500 items and no more', () => {
    expect(withAliases(LIST_MAX)).toEqual([])
    expect(withAliases(LIST_MAX + 1)).toEqual([
      {
        path: ['aliases'],
        code: 'LIST_TOO_LONG',
        message: 'has 501 items; a list in a record has at most 500: divide them among several records',
      },
    ])
  })

  test('is bounded wherever it is, in fields of any name', () => {
    const long = times(LIST_MAX + 1, String)
    const coding = { type: 'accuse', modes: long, initiators: ['north'] }
    const { problems } = validateRecord('event', { ...event(), codings: [coding], more: { further: long } })
    expect(problems.map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual([
      'codings.0.modes LIST_TOO_LONG',
      'more.further LIST_TOO_LONG',
    ])
  })

  test('that is too long is the only problem of its record', async () => {
    const positions = times(20_000, (index) => ({ claim: 'none', stance: 'no', holder: `holder-${index}` }))
    const { problems } = await check(JSON.stringify({ dossier: 1, developments: [{ ...statement(), positions }] }))
    expect(problems).toHaveLength(1)
  })
})

describe('a suggestion', () => {
  test('is made for a text that can be a key, and for no longer one', () => {
    const longest = 'a'.repeat(KEY_MAX_LENGTH)
    expect(nearestKeys(longest, [longest.slice(1)])).toEqual([longest.slice(1)])
    expect(nearestKeys(`${longest}a`, [longest])).toEqual([])
  })

  test('may differ by twelve letters and no more', () => {
    const key = 'abcdefghij'.repeat(12)
    const changed = (letters: number) => '-'.repeat(letters) + key.slice(letters)
    expect(nearestKeys(key, [changed(12)])).toEqual([changed(12)])
    expect(nearestKeys(key, [changed(13)])).toEqual([])
  })

  test('is found among any number of candidates that are less alike', () => {
    const candidates = times(10_000, (index) => `ilham-a${String(index).padStart(5, '0')}`)
    expect(nearestKeys('ilham-aliev', [...candidates, 'ilham-aliyev'])).toContain('ilham-aliyev')
    expect(nearestKeys('ilahm-aliyev', [...candidates, 'ilham-aliyev'])).toEqual(['ilham-aliyev'])
  })
})

test('a message names at most ten sources or actors', () => {
  const source = (index: number) => `source-number-${index}`
  const citations = times(400, (index) => ({ source: source(index), credibility: 2, basis: 'own-reporting' }))
  const figures = times(400, (index) => ({ quantity: 'killed', value: index, citation: 'zzz' }))
  const { problems } = validateRecord('event', { ...event(), citations, figures })
  const messages = new Set(problems.filter(({ path }) => path[0] === 'figures').map(({ message }) => message))
  expect([...messages]).toEqual([
    `the development does not cite "zzz"; cite it, or use a cited source: ${times(10, source).join(', ')} and 390 more`,
  ])
})

describe('problems', () => {
  function openList(fileCount: number) {
    const staging = new Staging()
    const list = new ProblemList(new DossierFiles(staging))
    list.shareAmong(fileCount)
    const add = (file: string, count: number, message: () => string = () => 'is wrong') => {
      for (let index = 0; index < count; index++) {
        const at = { file, section: 'actors', index, offset: null, record: `actor ${index}`, path: [] } as const
        list.add({ at, code: 'INVALID', message })
      }
    }
    return { list, add, [Symbol.dispose]: () => staging.close() }
  }

  test('of a file are shown to the thousandth, described only then, and counted', () => {
    using opened = openList(1)
    let described = 0
    opened.add('a', 5_000, () => `number ${++described}`)
    expect(described).toBe(0)
    expect([opened.list.toArray().length, described, opened.list.count]).toEqual([1_000, 1_000, 5_000])
    expect(formatNotShown(opened.list.notShown, 'problem')).toEqual(['… and 4000 more problems in a'])
  })

  test('of several files have an equal share', () => {
    using opened = openList(4)
    for (const [index, file] of ['a', 'b', 'c', 'd'].entries()) opened.add(file, 249 + index)
    const shown = Map.groupBy(opened.list.toArray(), ({ file }) => file)
    expect([...shown].map(([file, problems]) => [file, problems.length])).toEqual([
      ['a', 249],
      ['b', 250],
      ['c', 250],
      ['d', 250],
    ])
    expect(formatNotShown(opened.list.notShown, 'problem')).toEqual([
      '… and 1 more problem in c',
      '… and 2 more problems in d',
    ])
  })

  test('of very many files are counted for the first twenty', () => {
    using opened = openList(1_000)
    for (let index = 0; index < 200; index++) opened.add(`${index}`, 20)
    expect(opened.list.toArray()).toHaveLength(1_000)
    expect(formatNotShown(opened.list.notShown, 'problem').slice(19)).toEqual([
      '… and 10 more problems in 19',
      '… and 2800 more problems in other files',
    ])
  })

  const small = (text: string) => text.length < 400_000
  it.each<[what: string, dossier: object]>([
    [
      'fields',
      { developments: [{ ...event(), ...Object.fromEntries(times(20_000, (index) => [`field-${index}`, 1])) }] },
    ],
    ['sections', Object.fromEntries(times(20_000, (index) => [`section-${index}`, []]))],
    ['a long name', { developments: [{ ...event(), ['x'.repeat(1_000_000)]: 1 }] }],
    ['kinds', { developments: times(4_000, (index) => ({ ...event({ event: `e${index}` }), 'event-kind': 'x' })) }],
    [
      'references',
      {
        developments: times(4_000, (index) => ({
          ...event({ event: `e${index}` }),
          places: [`${'x'.repeat(100)}${index}`],
        })),
      },
    ],
    [
      'tags',
      {
        sources: times(4_000, (index) => ({ key: `s${index}`, title: 'S', language: `xx-${index}`, reliability: 'C' })),
      },
    ],
  ])('with unknown %s are printed in little space', async (_, dossier) => {
    using place = temporaryFile('many.json')
    writeFileSync(place.file, JSON.stringify({ dossier: 1, ...dossier }))
    const { problems, problemCount } = await checkDossiers([place.file])
    expect(problemCount).toBeGreaterThan(0)
    expect(small(problems.map(formatProblem).join('\n'))).toBe(true)
  })
})

describe('aliases', () => {
  const repeated = (length: number, count: number) =>
    check(
      `dossier: 1\nplaces:\n  - {key: p, name: P}\n  - {key: q, name: &a ${'x'.repeat(length)}}\nmore: [${times(count, () => '*a').join(', ')}]\n`,
    )
  test('stand for at most two million characters', async () => {
    const within = await repeated(2 ** 16, 32)
    expect(within.problems.map((line) => line.slice(0, 60))).not.toContain(expect.stringContaining('aliases'))
    const beyond = await repeated(2 ** 16, 33)
    expect(beyond.problems).toEqual([
      'story.yaml:5:136: the aliases so far stand for more than 2097152 characters; write the values out',
    ])
  })
})

test('many problems in one line of NDJSON each have their column', async () => {
  const places = times(300, (index) => `p${index}`)
  const { problems } = await check(JSON.stringify({ development: { ...event(), places } }), 'story.ndjson')
  const columns = problems.map((line) => Number(/^story\.ndjson:1:(\d+) .* there is no place/.exec(line)?.[1] ?? 0))
  expect(columns.filter((column) => column > 0).length).toBe(300)
  expect(new Set(columns).size).toBeGreaterThan(299)
})

describe('affiliations', () => {
  const organ = (index: number, to: string) => ({
    ...actor(`a${index}`),
    kind: 'organ',
    affiliations: [{ to, relation: 'organ-of' }],
  })
  const positions = [{ claim: 'c', stance: 'asserts', holder: 'a0' }]
  const tied = async (length: number) => {
    const actors = [...times(length, (index) => organ(index, `a${index + 1}`)), actor(`a${length}`), actor('north')]
    const { problems } = await check(
      JSON.stringify({ dossier: 1, actors, developments: [{ ...statement(), speakers: ['north'], positions }] }),
    )
    return !problems.some((line) => line.includes('no affiliation ties'))
  }
  test('tie a holder, also where there are too many to follow', async () => {
    expect(await tied(1_000)).toBe(false)
    expect(await tied(1_001)).toBe(true)
  })

  test('in a long cycle are named in short', async () => {
    const actors = times(30, (index) => organ(index, `a${(index + 1) % 30}`))
    const { warnings } = await check(JSON.stringify({ dossier: 1, actors }))
    expect(warnings).toEqual([
      expect.stringMatching(/forms a cycle, a0 organ-of a1 .* organ-of a9 \(20 more\) organ-of a0: each/),
    ])
  })
})
