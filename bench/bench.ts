import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { leaveMeasuredCore } from './cores.ts'
import { FULL, isReached, ONCE, type Finding } from './row.ts'
import { ROWS } from './rows.ts'
import { Stores } from './stores.ts'
import { formatTable } from './table.ts'

/** The small store has this many developments, or half as many as the big one where that is fewer. */
const FEW_ROWS = 10_000

const HELP = `npm run bench -- [--rows 100000] [--only ${ROWS.map(({ name }) => name).join(',')}] [--soak 1] [--seed 1] [--once]

  --rows N       developments of the big store; the small one has 10,000, or half as many if that is fewer
  --only A,B     these rows alone
  --soak M       minutes of mixed reading over which memory is watched
  --seed N       of what is generated
  --once         measures every row once and briefly: shows that the rows run, judges no mark
`

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
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
  const wanted = chosen(values.only)
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  const stores = new Stores(seed, tell)
  process.stdout.write(
    `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}; ${leaveMeasuredCore()}.
${rows} developments compared with ${fewRows}, seed ${seed}. Stores are kept in ${stores.folder}\n\n`,
  )
  const findings: Finding[] = []
  for (const row of wanted) {
    const began = performance.now()
    try {
      const effort = values.once ? ONCE : FULL
      findings.push(...checked(await row.measure({ rows, fewRows, soak, stores, effort })))
    } catch (error) {
      // What the other rows found is worth its time.
      process.exitCode = 1
      tell(`${row.name} failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
    tell(`${row.name}: ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  process.stdout.write(formatTable(values.once ? findings.map(withoutMark) : findings))
  if (!values.once && findings.some((finding) => isReached(finding) === false)) process.exitCode = 1
}

function withoutMark({ what, comparedWith, ratio, detail }: Finding): Finding {
  return { what, comparedWith, ratio, detail }
}

/** Throws where a row has measured nothing: no finding, or one whose ratio is no number. */
function checked(findings: readonly Finding[]): readonly Finding[] {
  const empty = findings.find(({ ratio }) => !Number.isFinite(ratio))
  if (empty !== undefined) throw new Error(`no ratio of ${empty.what}: ${empty.detail}`)
  if (findings.length === 0) throw new Error('nothing was measured')
  return findings
}

function chosen(only: string) {
  const names = only.split(',').filter((name) => name !== '')
  const unknown = names.find((name) => !ROWS.some((row) => row.name === name))
  if (unknown !== undefined) misuse(`--only names "${unknown}"; there are ${ROWS.map(({ name }) => name).join(', ')}`)
  return names.length === 0 ? ROWS : ROWS.filter(({ name }) => names.includes(name))
}

function numberOf(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= least && number <= most))
    misuse(`${name} is "${text}"; give ${least} to ${most}`)
  return number
}

function misuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`)
  process.exit(2)
}
