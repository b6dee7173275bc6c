import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROOFS } from './proofs.ts'

test('every proof of the folder is run', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && name !== 'proofs.test.ts',
  )
  const proving = files.filter((name) => readFileSync(join(import.meta.dirname, name), 'utf8').includes(': Proof = {'))
  expect(PROOFS).toHaveLength(proving.length)
})

test.each(PROOFS)('$name: $promise', { timeout: 600_000 }, async ({ name, prove }) => {
  const figure = await prove({ long: false })
  process.stdout.write(`${name}: ${figure}\n`)
  expect(figure).toMatch(/\d|^skipped: /)
})
