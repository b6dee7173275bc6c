import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { moveToLoadCore } from './load/cores.ts'
import { FULL, isReached, ONCE, type Finding, type Row } from './row.ts'
import { ROWS } from './rows.ts'
import { Stores } from './synthetic/stores.ts'
import { formatTable } from './table.ts'

/** Developments of the small store, or half as many as the big one has if that is fewer. */
const FEW_ROWS = 10_000

const HELP = `npm run bench -- [OPTION …] [ROW …]

  ROW              measure these rows only; fan-out means all rows of fan-out/
  --only A,B       the same
  --rows N         developments of the big store, 100,000 by default; the small one has 10,000, or half of N if that is fewer
  --subscribers N  subscribers of one service, 10,000 by default
  --soak M         minutes of mixed reading while memory is watched, 1 by default
  --seed N         seed of the synthetic disputes, 1 by default
  --once           measure every row once and briefly, to see whether it runs; judges no mark

Rows: ${ROWS.map(({ name }) => name).join(', ')}
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '100000' },
    subscribers: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    soak: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const rows = numberOf('--rows', values.rows, { least: 1_000, most: 10_000_000 })
  const fewRows = Math.min(FEW_ROWS, Math.floor(rows / 2))
  const soak = numberOf('--soak', values.soak, { least: 0.01, most: 600 })
  const seed = numberOf('--seed', values.seed, { least: 0, most: 2 ** 32 - 1 })
  const subscribers = numberOf('--subscribers', values.subscribers, { least: 10, most: 1_000_000 })
  const selected = selectRows([...values.only.split(','), ...positionals])
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const stores = new Stores(seed, log)
  process.stdout.write(
    `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}; ${moveToLoadCore()}.
${rows} developments compared with ${fewRows}, seed ${seed}. Stores are in ${stores.folder}\n\n`,
  )
  const findings: Finding[] = []
  for (const row of selected) {
    const start = performance.now()
    try {
      const effort = values.once ? ONCE : FULL
      findings.push(...checked(await row.measure({ rows, fewRows, subscribers, soak, stores, effort })))
    } catch (error) {
      // Go on: the findings of the other rows still count.
      process.exitCode = 1
      log(`${row.name} failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
    log(`${row.name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
  process.stdout.write(formatTable(values.once ? findings.map(withoutMark) : findings))
  if (!values.once && findings.some((finding) => isReached(finding) === false)) process.exitCode = 1
}

function withoutMark({ what, comparedWith, ratio, detail }: Finding): Finding {
  return { what, comparedWith, ratio, detail }
}

/** Throws if a row has no finding, or one without a finite ratio. */
function checked(findings: readonly Finding[]): readonly Finding[] {
  const empty = findings.find(({ ratio }) => !Number.isFinite(ratio))
  if (empty !== undefined) throw new Error(`${empty.what} has no ratio: ${empty.detail}`)
  if (findings.length === 0) throw new Error('nothing was measured')
  return findings
}

function selectRows(only: readonly string[]) {
  const names = only.filter((name) => name !== '')
  const isNamed = (row: Row, name: string) => row.name === name || row.name.startsWith(`${name}/`)
  const unknown = names.find((name) => !ROWS.some((row) => isNamed(row, name)))
  if (unknown !== undefined) misuse(`unknown row "${unknown}"; rows are ${ROWS.map(({ name }) => name).join(', ')}`)
  return names.length === 0 ? ROWS : ROWS.filter((row) => names.some((name) => isNamed(row, name)))
}

function numberOf(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= least && number <= most))
    misuse(`${name} is "${text}"; use a number from ${least} to ${most}`)
  return number
}

function misuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`)
  process.exit(2)
}
