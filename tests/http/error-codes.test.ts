import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Where the errors are made that the service answers with. Problems of dossiers have codes of their own. */
const MADE_IN = /^(?:(?:http|graphql|feed|store)\/.*|model\/errors|config)\.ts$/

const CODE =
  /(?:(?:Error|super|refuse|refused|described|invalid)\(\s*(?:\d+,\s*)?|code: |withCode\(error, )'([A-Z][A-Z_]+)'/g

test('the page for operators explains every code that the service answers with', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    MADE_IN.test(file),
  )
  const codes = files.flatMap((file) =>
    [...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(CODE)].map(([, code]) => code ?? ''),
  )
  expect(codes.length).toBeGreaterThan(60)
  const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')
  const explained = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code))
  expect(new Set(codes.filter((code) => !explained.has(code)))).toEqual(new Set())
})
