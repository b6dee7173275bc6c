import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ROWS } from '../bench/rows.ts'

const ROOT = resolve(import.meta.dirname, '..')

test('the bench measures every row of its folder', async () => {
  const files = readdirSync(join(ROOT, 'bench/rows'), { recursive: true, withFileTypes: true })
  expect(ROWS).toHaveLength(files.filter((file) => file.isFile()).length)
  const folder = mkdtempSync(join(tmpdir(), 'demarche-bench-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const bench = spawn(process.execPath, ['bench/bench.ts', '--once', '--rows', '1000', '--soak', '0.02'], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void bench.kill())
  let progress = ''
  bench.stderr.setEncoding('utf8').on('data', (text: string) => (progress += text))
  const [status] = await once(bench, 'close')
  expect(progress).not.toContain('failed')
  const measured = [...progress.matchAll(/^(\S+): \d+ s$/gm)].map(([, name]) => name)
  expect(measured).toEqual(ROWS.map(({ name }) => name))
  expect(status).toBe(0)
}, 600_000)
