import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/model/error-codes.ts'
import { PROBLEM_CODES } from '../../src/model/problem-codes.ts'

const ROOT = join(import.meta.dirname, '../..')

// That each error, and each problem of a record, has a code of its list is a matter of types.

const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/(?:error|problem)-codes\.ts$/.test(file))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
  .join('')

test.each([
  ['| code | when |', ERROR_CODES],
  ['| problem | what it is, and what to do |', PROBLEM_CODES],
])('the page for operators explains each code, and no others, in the table %s', (head, codes) => {
  const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')
  const rows = Object.entries(codes).map(([code, what]) => `| \`${code}\` | ${what} |\n`)
  expect(`${page}\n`).toContain(`\n\n${head}\n|---|---|\n${rows.join('')}\n`)
})

test('each code is used', () => {
  expect(Object.keys({ ...ERROR_CODES, ...PROBLEM_CODES }).filter((code) => !source.includes(`'${code}'`))).toEqual([])
})

// Errors of a store itself are made sentences on their way to clients: commands print them after the name of the file.
test('each error of a node and its log says in whole sentences what happened and what to do', () => {
  const created =
    /(?:new (?:Demarche|Halted)Error|#halt|super)\(\s*'((?:LOG|NODE)_\w+|CLOCK_AHEAD|FORMAT_AHEAD|RECORDED_UNSEEN|STOPPING|STORE_BUSY)',\s*/g
  const messages = [...source.matchAll(created)].map(({ 0: start, 1: code, index }) => {
    const argument = source.slice(index + start.length)
    const isNamed = argument.startsWith('message')
    const text = isNamed ? source.slice(source.lastIndexOf('const message =', index)).slice(15).trim() : argument
    return [code, /^(['`])((?:\\.|(?!\1)[^\\])*)\1/.exec(text)?.[2]]
  })
  expect(messages.length).toBeGreaterThan(20)
  const sent = messages.filter(([code]) => code !== 'LOG_EXISTS') // in commands only
  expect(sent.filter(([, message]) => !/^(?:[A-Z]|\$\{)[^;]*[.?!]$/.test(message ?? ''))).toEqual([])
})
