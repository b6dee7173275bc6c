import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Cell, csvLine, headerLine } from '../../src/dossier/export/csv.ts'
import { DEVELOPMENT_COLUMNS } from '../../src/dossier/export/development-table.ts'
import { DEMAND_COLUMNS, MEASURE_COLUMNS, POSITION_COLUMNS } from '../../src/dossier/export/record-tables.ts'
import { parseCsv } from '../_support/csv.ts'

const cells = (...row: readonly Cell[]) =>
  csvLine(
    row.map((cell, index) => ({ name: `c${index}`, description: '', cell: () => cell })),
    null,
  )

describe('a row of CSV', () => {
  it.each<[string, Cell, string]>([
    ['text as it is', 'Baku', 'Baku'],
    ['nothing for null', null, ''],
    ['nothing for an empty list', [], ''],
    ['a comma in quotation marks', 'Baku, Grozny', '"Baku, Grozny"'],
    ['a quotation mark twice', 'the "apology"', '"the ""apology"""'],
    ['a line break in quotation marks', 'one\ntwo', '"one\ntwo"'],
    ['white space at an end in quotation marks', 'one ', '"one "'],
    ['a text like a number in quotation marks', '007', '"007"'],
    ['a text like a date in quotation marks', '2024-12-25', '"2024-12-25"'],
    ['a positive number as it is', 38, '38'],
    ['a list joined', ['a', 'b'], '"a; b"'],
    ['an item without a value as an empty place', ['a', null, 'b'], '"a; ; b"'],
    ['a negative number as it is', -6.5, '-6.5'],
    ['zero as it is', 0, '0'],
    ['a list of one number as the number', [38], '38'],
    ['negative numbers in a list as they are', [-6.5, 3], '"-6.5; 3"'],
  ])('has %s', (_what, cell, expected) => {
    expect(cells(cell)).toBe(`${expected}\r\n`)
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\rx',
    '\nx',
    ' =1',
    '\u00a0=1',
    '\u200b=1',
    '\ufeff=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    '−1',
    '﹦1',
    "'=1",
    "''=1",
    "' =1",
  ])('has an apostrophe before %j, which a spreadsheet could run', (text) => {
    expect(parseCsv(cells(text))).toEqual([[`'${text}`]])
    expect(parseCsv(cells([text, 'b']))).toEqual([[`'${text}; b`]])
  })

  it.each(['a=1', '1-2', "'tis", "O'Brien", '– a dash', '[..2024]', '#1', "'"])('has %j as it is', (text) => {
    expect(parseCsv(cells(text))).toEqual([[text]])
  })

  it('reads back as the same cells, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '=', '-', ' ', '\t', '\r', '\n', '"', ',', ';', '＝', 'a', 'ə', '𝄞'),
    })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (row) => {
        expect(parseCsv(cells(...row)).map((fields) => fields.map(asRecorded))).toEqual([row])
      }),
    )
  })
})

/** Takes away the apostrophe that keeps a spreadsheet from running a text. */
function asRecorded(text: string): string {
  return /^'+[\s\u200b-\u200f\u2060\ufeff']*[=+\-@\t\r\n−＝＋－＠﹦﹢﹣﹫]/.test(text) ? text.slice(1) : text
}

test.each([
  ['developments', DEVELOPMENT_COLUMNS],
  ['positions', POSITION_COLUMNS],
  ['measures', MEASURE_COLUMNS],
  ['demands', DEMAND_COLUMNS],
])('the columns of %s are documented in their order, each once', (name, columns) => {
  const page = readFileSync(new URL('../../docs/exports.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split(`### ${name}.csv\n`)
  const [table = ''] = section.split('\n### ')
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.description} |`)
  expect(table.trim().split('\n').slice(2)).toEqual(rows)
  expect(new Set(headerLine(columns).trim().split(',')).size).toBe(columns.length)
})
