import assert from 'node:assert/strict'
import Database from 'better-sqlite3'
import { projectedRows } from '../../_support/projected-rows.ts'
import { query } from '../../_support/postgres.ts'
import type { Cluster, Node } from './cluster.ts'

/** A change in PostgreSQL. */
export interface LoggedChange {
  readonly seq: number
  readonly space: string
  readonly key: string
  readonly revision: number
  readonly at: number
  readonly content: string
}

const ALL = `select seq::float8 as seq, space, key, revision, at::float8 as at, content from demarche.changes order by seq`

/** All changes of the log. Throws if it has a gap, is out of order, or has a revision twice. */
export async function logOf(cluster: Cluster): Promise<LoggedChange[]> {
  const log = await query<LoggedChange>(cluster.database.superuser, ALL)
  const revisions = new Set<string>()
  for (const [index, { seq, at, space, key, revision }] of log.entries()) {
    assert.equal(seq, index + 1, 'a gap in the log')
    assert.ok(at >= (log[index - 1]?.at ?? 0), `change ${seq} was recorded before the one before it`)
    const name = `${space} ${key} ${revision}`
    assert.ok(!revisions.has(name), `${name} is in the log twice`)
    revisions.add(name)
  }
  return log
}

/**
 * Stops the nodes and compares their files with the log and with a node that has projected all of it afresh. Returns how many tables were equal.
 */
export async function compareNodes(
  cluster: Cluster,
  nodes: readonly Node[] = cluster.nodes,
  program?: string,
): Promise<number> {
  await cluster.level(nodes)
  const log = await logOf(cluster)
  const fresh = await cluster.add('fresh', program)
  await cluster.level([fresh])
  for (const node of [...nodes, fresh]) await node.end('SIGTERM')
  const wanted = projectedRows(fresh.file)
  for (const node of [...nodes, fresh]) {
    assert.deepEqual(changesOf(node.file), log, `the log of ${node.name} is not the log`)
    const rows = projectedRows(node.file)
    for (const [table, expected] of Object.entries(wanted))
      assert.deepEqual(rows[table], expected, `${table} of ${node.name} is not that of a node projected afresh`)
  }
  assert.deepEqual(
    nodes.flatMap(({ faults }) => faults),
    [],
  )
  return Object.keys(wanted).length
}

function changesOf(file: string): unknown[] {
  const connection = new Database(file, { readonly: true })
  try {
    return connection.prepare('select seq, space, key, revision, at, content from changes order by seq').all()
  } finally {
    connection.close()
  }
}
