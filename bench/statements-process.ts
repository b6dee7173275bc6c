import { execute, parse } from 'graphql'
import { Recorder } from '../src/dossier/recording/recorder.ts'
import { readConfig } from '../src/config.ts'
import { createContext } from '../src/graphql/core/context.ts'
import { schema } from '../src/graphql/schema.ts'
import { openStore } from '../src/store/open.ts'
import { recordSource } from './recording.ts'

/*
 * Records statements with two citations by mutations, without a transport. Prints the times as JSON.
 * node statements-process.ts STORE COUNT WRITERS
 */

export interface StatementTimes {
  /** Milliseconds of each mutation, from its call to its answer. */
  readonly each: readonly number[]
  /** Milliseconds of all. */
  readonly whole: number
}

const [file = '', count = '', writers = ''] = process.argv.slice(2)
const store = await openStore({ file })
const service = { recorder: new Recorder(store), publicUrl: '', startedAt: 0, version: '' }
const { limits } = readConfig({}, {})
const viewer = { name: 'bench', scope: 'RECORD' } as const
const document = parse(`mutation ($input: StatementInput!) { recordStatement(input: $input) {
  ... on StatementRecorded { cursor statement { key revision } } ... on InvalidInput { message } } }`)
const actor = { record: 'actor', key: 'state', kind: 'RECORDED', revision: 1 } as const
await store.append({
  batches: [[{ ...actor, content: { key: 'state', name: 'State', kind: 'state' } }]],
  origin: 'API',
})
for (const source of ['gazette', 'tribune']) await store.append(recordSource(source))

let next = 0
const record = async () => {
  const key = `statement-${++next}`
  const input = {
    key,
    headline: `The state makes statement ${key}`,
    summary: 'Its minister said so to several reporters.',
    date: '2024-12-25',
    evidentialStatus: 'REPORTED',
    speakers: ['state'],
    acts: ['ASSERT'],
    channel: 'SPEECH',
    citations: ['gazette', 'tribune'].map((source) => {
      return { source, credibility: 'PROBABLY_TRUE', basis: 'OWN_REPORTING' }
    }),
  }
  const contextValue = createContext({ limits, ...service, store, viewer })
  const { data } = await execute({ schema, document, variableValues: { input }, contextValue })
  if (JSON.stringify(data).includes('message')) throw new Error(JSON.stringify(data))
}
for (let warm = 0; warm < 50; warm++) await record()
const each: number[] = []
const write = async () => {
  while (each.length < Number(count)) {
    const start = performance.now()
    await record()
    each.push(performance.now() - start)
  }
}
const start = performance.now()
await Promise.all(Array.from({ length: Number(writers) }, write))
const whole = performance.now() - start
service.recorder.close()
store.close()
process.stdout.write(JSON.stringify({ each: each.slice(0, Number(count)), whole } satisfies StatementTimes))
