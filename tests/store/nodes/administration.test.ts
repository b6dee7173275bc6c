import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog, migrateLog, readLogStatus } from '../../../src/store/nodes/administration.ts'
import { PostgresLog } from '../../../src/store/nodes/postgres-log.ts'
import { Postgres, query } from '../../_support/postgres.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import { usePostgres } from '../../_support/use-postgres.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../migrations-log')

const { postgres } = await usePostgres()

test('a log is created with the version that nodes need', async () => {
  const { owner, node } = await postgres.database()
  await createLog(owner)
  const log = new PostgresLog({ url: node })
  const [last] = readdirSync(MIGRATIONS).toSorted().toReversed()
  expect((await log.standing()).version).toBe(Number.parseInt(last ?? '', 10))
  await log.close()
})

test('a migration applies each numbered file that is missing, whole or not at all, and twice at once', async () => {
  using place = temporaryFile()
  const { owner, node, superuser } = await postgres.database()
  await createLog(owner)
  for (const file of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, file), join(place.folder, file))
  const add = (name: string, sql: string) =>
    writeFileSync(join(place.folder, name), `set local role demarche_owner; ${sql}`)
  add('0002_more.sql', 'alter table demarche.nodes add region text; update demarche.log set version = 2')
  add('0003_broken.sql', 'alter table demarche.nodes add zone text; update demarche.log set version = 3; select 1 / 0')
  await expect(migrateLog(owner, place.folder)).rejects.toThrow('division by zero')
  expect((await readLogStatus(node)).version).toBe(2)
  const columns = "select column_name as name from information_schema.columns where table_name = 'nodes'"
  const names = async () => (await query<{ name: string }>(superuser, columns)).map(({ name }) => name)
  expect(await names()).toEqual(expect.arrayContaining(['region']))
  expect(await names()).not.toContain('zone')
  add('0003_broken.sql', 'alter table demarche.nodes add zone text; update demarche.log set version = 3')
  const both = await Promise.all([migrateLog(owner, place.folder), migrateLog(owner, place.folder)])
  expect(both.map(({ to }) => to)).toEqual([3, 3])
  expect(await migrateLog(owner, place.folder)).toEqual({ from: 3, to: 3 })
  expect(await names()).toContain('zone')
})

test('a log is created in a server without its roles, by a role that may create them', async () => {
  await using own = await Postgres.start()
  const superuser = own.url('postgres', 'postgres')
  await query(superuser, 'drop role demarche_owner, demarche_node, demarche_admin')
  await query(superuser, 'create role operator login createrole createdb')
  await query(own.url('operator', 'postgres'), 'create database demarche')
  await createLog(own.url('operator', 'demarche'))
  const log = new PostgresLog({ url: own.url('demarche_node', 'demarche') })
  expect(await log.standing()).toMatchObject({ seq: 0, version: 1 })
  await log.close()
  const owners = await query(
    own.url('postgres', 'demarche'),
    "select distinct pg_get_userbyid(proowner) as owner from pg_proc where pronamespace = 'demarche'::regnamespace",
  )
  expect(owners).toEqual([{ owner: 'demarche_owner' }])
  // A second database of the server has a log of its own.
  await query(own.url('operator', 'postgres'), 'create database second')
  await createLog(own.url('operator', 'second'))
  await expect(createLog(own.url('operator', 'second'))).rejects.toMatchObject({ code: 'LOG_EXISTS' })
})
