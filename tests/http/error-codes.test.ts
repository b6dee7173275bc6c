import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/model/error-codes.ts'

const ROOT = join(import.meta.dirname, '../..')

// That each error has a code of the list is a matter of types.

test('the page for operators explains each code of an error, and no others', () => {
  const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')
  const rows = Object.entries(ERROR_CODES).map(([code, when]) => `| \`${code}\` | ${when} |\n`)
  expect(page).toContain(`\n\n| code | when |\n|---|---|\n${rows.join('')}\n`)
})

test('each code is used', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('error-codes.ts'),
  )
  const source = files.map((file) => readFileSync(join(ROOT, 'src', file), 'utf8')).join('')
  expect(Object.keys(ERROR_CODES).filter((code) => !source.includes(`'${code}'`))).toEqual([])
})
