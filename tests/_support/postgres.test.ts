import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LogProxy } from './log-proxy.ts'
import { query } from './postgres.ts'
import { usePostgres } from './use-postgres.ts'

const CREATE = `create schema demarche; create table demarche.appended (x integer);
create function demarche.append(integer) returns void language sql as 'insert into demarche.appended values ($1)'`

const { postgres } = await usePostgres()

test('what was committed outlives a crash', async () => {
  const { owner } = await postgres.database()
  await query(owner, 'create table t (x integer); insert into t values (1)')
  await postgres.crash()
  await expect(query(owner, 'select x from t')).rejects.toThrow('ECONNREFUSED')
  await postgres.start()
  expect(await query(owner, 'select x from t')).toEqual([{ x: 1 }])
})

test('a database is copied', async () => {
  const template = await postgres.database()
  await query(template.owner, 'create table t as select 7 as x')
  const { owner } = await postgres.database(template)
  expect(await query(owner, 'select x from t')).toEqual([{ x: 7 }])
})

test('a server ends with the process that has started it', async () => {
  const child = fork(fileURLToPath(new URL('started-postgres.ts', import.meta.url)))
  const [port] = (await once(child, 'message')) as [number]
  expect(isServing(port)).toBe(true)
  child.kill('SIGKILL')
  await expect.poll(() => isServing(port)).toBe(false)
})

test('the proxy loses the answer of an append that was made', async () => {
  const { name, owner } = await postgres.database()
  await using proxy = await LogProxy.to(postgres.port)
  await query(owner, CREATE)
  proxy.swallow = 1
  const through = postgres.url('demarche_owner', name, proxy.port)
  await expect(query(through, 'select demarche.append(1)')).rejects.toThrow(/ECONNRESET|terminated/)
  expect(await query(through, 'select x from demarche.appended')).toEqual([{ x: 1 }])
  proxy.mode = 'refuse'
  await expect(query(through, 'select 1')).rejects.toThrow(/ECONNRESET|terminated/)
  proxy.mode = 'pass'
  expect(await query(through, 'select 1 as x')).toEqual([{ x: 1 }])
})

function isServing(port: number): boolean {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
  return stdout.split('\n').some((line) => line.includes(`port=${port}`) && !line.startsWith('sh'))
}
