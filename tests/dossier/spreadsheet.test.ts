import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { csvLine } from '../../src/dossier/export/csv.ts'
import { EXPORTS, exportRecord } from '../../src/dossier/export/export.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { bundledRecord } from '../_support/bundled-record.ts'
import { parseCsv } from '../_support/csv.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

const LIBREOFFICE = '/usr/bin/soffice'

/** UTF-8 with commas; quoted fields are text, and only plain numbers are read as such. */
const AS_DOCUMENTED = 'CSV:44,34,76,1,,0,true,false'
const WRITTEN = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'

const HOSTILE = [
  ['=1+1', '+7 495', '-5', '@SUM(A1:A2)', '\t=1', ' =1', '＝1', '=HYPERLINK("http://example.org","x")'],
  ['007', '1e5', '2024-12-25', '12/25/2024', 'TRUE', '#REF!', "'tis", "'=1"],
  ['one\ntwo', 'one\n\n"two"', ' edges ', 'a,b;c', '"', 'Əliyev 普京 𝄞', 'x'.repeat(20_000), '[..2024]'],
  [1, -6.5, 0, 38, 0.1, -10, 298, 1_000_000],
]

/** All tables of the bundled record, and one of hostile texts, by name. */
async function tables(): Promise<ReadonlyMap<string, string>> {
  await using opened = await openTemporaryStore()
  const { store } = opened
  await importDossiers(store, { files: [bundledRecord] })
  const made = new Map([['hostile', HOSTILE.map((row) => csvLine(row.map(columnOf), null)).join('')]])
  for (const name of EXPORTS.filter((each) => each.endsWith('.csv'))) {
    let text = ''
    await exportRecord(store, { name, filter: null, asOf: store.head() }, async (piece) => {
      text += piece
    })
    made.set(name.replace('.csv', ''), text)
  }
  return made
}

const columnOf = (cell: string | number) => ({ name: '', description: '', cell: () => cell })

test('Python reads every cell of every table', async () => {
  const script =
    'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline=""), strict=True))))'
  for (const text of (await tables()).values()) {
    const read: unknown = JSON.parse(execFileSync('python3', ['-c', script], { input: text, encoding: 'utf8' }))
    expect(read).toEqual(parseCsv(text))
  }
})

test.skipIf(!existsSync(LIBREOFFICE))(
  'every cell of every table survives LibreOffice, saved as a workbook and back',
  async () => {
    const made = await tables()
    using place = temporaryFile()
    const folder = (name: string) => join(place.folder, name)
    const convert = (to: string, from: 'csv' | 'xlsx', ...options: readonly string[]) => {
      const profile = `-env:UserInstallation=${pathToFileURL(folder('profile')).href}`
      const files = [...made.keys()].map((name) => folder(`${from}/${name}.${from}`))
      const out = folder(to === WRITTEN ? 'back' : to)
      const flags = [profile, '--headless', ...options, '--convert-to', to, '--outdir', out]
      execFileSync(LIBREOFFICE, [...flags, ...files], { stdio: 'pipe' })
    }
    mkdirSync(folder('csv'))
    for (const [name, text] of made) writeFileSync(folder(`csv/${name}.csv`), text)
    convert('xlsx', 'csv', `--infilter=${AS_DOCUMENTED}`)
    convert(WRITTEN, 'xlsx')
    for (const [name, text] of made) {
      expect(parseCsv(readFileSync(folder(`back/${name}.csv`), 'utf8'), '\n')).toEqual(parseCsv(text))
    }
  },
  120_000,
)
