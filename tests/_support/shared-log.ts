import type { OpenOptions } from '../../src/store/open.ts'
import { type Database, Postgres, query } from './postgres.ts'

/*
 * With `TEST_LOG=1`, every store of a test is a node of a log of its own in PostgreSQL: `npm run test:log`. One server serves all tests of a
 * file. It ends with their process.
 */

/** Whether stores are nodes: their file has one process, and the clock of the log dates their changes. */
export const ARE_NODES = process.env['TEST_LOG'] === '1'

let shared: Promise<{ readonly postgres: Postgres; readonly template: Database }> | undefined

/** What to open a store with; nothing where the suite runs on single stores. */
export async function ownLog(): Promise<Pick<OpenOptions, 'log'>> {
  if (!ARE_NODES) return {}
  const { postgres, template } = await (shared ??= start())
  const database = await postgres.database(template)
  // A copy would be the same log.
  const text =
    'update demarche.log set id = gen_random_uuid(); update demarche.epochs set epoch = gen_random_uuid()::text'
  await query(database.superuser, text)
  return { log: { url: database.node, node: 'test' } }
}

async function start() {
  const postgres = await Postgres.start()
  const template = await postgres.emptyLog()
  // Tests create and revoke tokens through their store.
  await query(template.superuser, 'grant demarche_admin to demarche_node')
  return { postgres, template }
}
