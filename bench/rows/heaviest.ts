import { setTimeout as pause } from 'node:timers/promises'
import { parse, validateExecutionArgs } from 'graphql'
import { checkCost } from '../../src/graphql/cost/check-cost.ts'
import { introspectionSize } from '../../src/graphql/cost/introspection-size.ts'
import { costOf } from '../../src/graphql/cost/query-cost.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readConfig } from '../../src/config.ts'
import { within } from '../bound.ts'
import { median } from '../comparison.ts'
import { heavyOperations } from '../heavy-operations.ts'
import { Connection, type Operation } from '../load/connection.ts'
import { processorTime } from '../load/processor.ts'
import { Service } from '../load/service.ts'
import { uncached } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'

const ROUNDS = 3
/** Milliseconds for which an operation may hold the event loop of the service. */
const HELD = 250
/** Milliseconds between two queries whose answer is cached, which wait for as long as the event loop is held. */
const QUERY_EVERY = 5

const { limits } = readConfig({}, {})

/** The longest operations of several kinds that the default limits accept, and how long each holds the event loop of the service. */
export const heaviest: Row = { name: 'heaviest', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  const operations = heavyOperations(store).map(({ what, variables = {}, document }) => {
    return { what, variables, ...longest(document, variables) }
  })
  await using service = await Service.start(store)
  const findings: Finding[] = []
  for (const { what, cost, ...operation } of operations) {
    const runs: Run[] = []
    for (let round = 0; round < effort.rounds(ROUNDS); round++) runs.push(await run(service, operation))
    const held = median(runs.map((each) => each.held))
    const answered = median(runs.map((each) => each.answered))
    findings.push({
      ...within(what, held, HELD),
      detail: `${held.toFixed(0)} ms; ${runs[0]?.outcome} after ${answered.toFixed(0)} ms; cost ${cost}`,
    })
  }
  return findings
}

/** The longest of these documents that the limits accept, and its cost. */
function longest(document: (count: number) => string, variables: Operation['variables']) {
  let accepted: { readonly query: string; readonly cost: number } | undefined
  for (let count = 1; ; count++) {
    const query = document(count)
    const cost = acceptedCost(query, variables)
    if (cost !== undefined) accepted = { query, cost }
    else if (accepted === undefined) throw new Error(`the limits refuse ${query}`)
    else return accepted
  }
}

/** Undefined if the limits refuse the operation. */
function acceptedCost(query: string, variableValues: Operation['variables']): number | undefined {
  const document = parse(query)
  if ((document.tokenCount ?? 0) > limits.tokens) return undefined
  const prepared = validateExecutionArgs({ schema, document, variableValues })
  if (!('operation' in prepared)) throw new AggregateError(prepared, query)
  const counted = costOf(prepared)
  const isRefused =
    checkCost(prepared.operation, counted, limits) !== undefined ||
    introspectionSize(prepared, limits.introspectionFields) > limits.introspectionFields
  return isRefused ? undefined : counted.cost
}

interface Run {
  /** The longest wait of a cached answer meanwhile, and the time to the answer, in milliseconds. */
  readonly held: number
  readonly answered: number
  readonly outcome: string
}

async function run({ url, pid }: Service, operation: Operation): Promise<Run> {
  using connection = await Connection.open(url)
  await wait(pid, connection)
  const start = performance.now()
  const over = new AbortController()
  const answer = send(url, operation).finally(() => over.abort())
  let held = 0
  const watch = async () => {
    while (!over.signal.aborted) {
      held = Math.max(held, await wait(pid, connection))
      await pause(QUERY_EVERY)
    }
  }
  const [{ outcome, answered }] = await Promise.all([answer, watch()])
  return { held, answered: answered - start, outcome }
}

/** Returns when the answer came, and its size or, if the service gave up on the way, the code. */
async function send(url: URL, operation: Operation) {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(uncached(operation)),
  })
  const body = Buffer.from(await response.arrayBuffer())
  const [, code] = /^\{"errors":.*?"code":"(\w+)"/.exec(body.toString('latin1', 0, 10_000)) ?? []
  if (code === 'QUERY_INVALID') throw new Error(body.toString())
  return { outcome: code ?? `${(body.length / 1024).toFixed(0)} kB`, answered: performance.now() }
}

/** How long an answer from the cache waits: what the service works meanwhile, so that other load on the machine does not count. */
async function wait(pid: number, connection: Connection): Promise<number> {
  const [start, before] = [performance.now(), processorTime(pid)]
  await connection.send({ query: '{ __typename }', variables: {} })
  const [elapsed, after] = [performance.now() - start, processorTime(pid)]
  return before === undefined || after === undefined ? elapsed : Math.min(elapsed, after - before)
}
