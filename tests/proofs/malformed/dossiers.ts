import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { bundledRecord } from '../../_support/bundled-record.ts'
import { dossiers, toNdjson } from '../../_support/random-dossier.ts'
import { edited, editedJson, edits, type Json, jsonEdits, sometimes, write } from './edits.ts'
import { bytesOf } from './frames.ts'

export interface MalformedDossier {
  /** Its extension says in which format it is read. */
  readonly name: string
  /** One character per byte. */
  readonly text: string
}

const YAML_WORDS = [
  ['&a ', '*a', '<<: *a', '!!js/function ', '!!binary ', '!!str ', '!x ', '---\n', '...\n', '? ', '- ', '\t', '|\n'],
  ['>-\n', '%YAML 9.9\n', '{', '}', '[', ']', '"', "'", ': ', ':', '#', '.inf', '.nan', '0x1F', '1e400', '~', 'no'],
  [
    '2024-02-30',
    '2024-13',
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\0',
    '\xff',
    '\x1f\x8b',
    '@',
    '`',
    '__proto__: 1\n',
  ],
  ['\n  - event: x', '\nactors:\n', '\nnothing: 1\n', 'dossier: 2\n', 'null', 'true', '"\\u0000"', '\\ud800', '    '],
]
  .flat()
  .map((word) => (word === '\xff' || word === '\x1f\x8b' ? word : bytesOf(word)))

type Sections = { readonly [section: string]: Json }

const bundledText = readFileSync(bundledRecord, 'utf8')
const { dossier: _, ...bundled } = parse(bundledText) as Sections

/** Some records of the bundled dossier, or random ones. */
const sections: fc.Arbitrary<Sections> = fc.oneof(
  fc
    .tuple(
      ...Object.values(bundled).map((records) =>
        fc.uniqueArray(fc.constantFrom(...(records as Json[])), { maxLength: 3 }),
      ),
    )
    .map((chosen) => Object.fromEntries(Object.keys(bundled).map((section, index) => [section, chosen[index] ?? []]))),
  dossiers(2).map((random) => structuredClone(random) as unknown as Sections), // JSON, as any dossier
)

/** By extension. */
const FORMATS: Readonly<Record<string, (value: Json) => string>> = {
  yaml: (value) => stringify(isMap(value) ? { dossier: 1, ...value } : value, { aliasDuplicateObjects: false }),
  json: (value) => write(isMap(value) ? { dossier: 1, ...value } : value),
  ndjson: (value) => (isMap(value) ? toNdjson(listsOf(value)) : JSON.stringify(value)),
}

/** Dossiers whose records, or whose text, have mistakes. */
export const malformedDossiers: fc.Arbitrary<MalformedDossier> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .record({
        value: sections,
        json: jsonEdits,
        format: fc.constantFrom(...Object.keys(FORMATS)),
        text: sometimes(edits(YAML_WORDS), 1),
      })
      .map(({ value, json, format, text }) => {
        const written = FORMATS[format]?.(editedJson(value, json)) ?? ''
        return { name: `dossier.${format}`, text: edited(bytesOf(written), text) }
      }),
  },
  {
    weight: 1,
    arbitrary: edits(YAML_WORDS).map((text) => ({ name: 'dossier.yaml', text: edited(bytesOf(bundledText), text) })),
  },
)

function isMap(value: Json): value is Sections {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listsOf(value: Sections): Parameters<typeof toNdjson>[0] {
  const lists = Object.entries(value).map(([section, records]) => [
    section,
    Array.isArray(records) ? records : [records],
  ])
  return Object.fromEntries(lists) as Parameters<typeof toNdjson>[0] // its records are written as they are
}
