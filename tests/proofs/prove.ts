import { parseArgs } from 'node:util'
import { PROOFS } from './proofs.ts'

const HELP = `npm run prove -- [--long] [--seed N] [--only ${PROOFS.map(({ name }) => name).join(',')}]

  --long       the full form of each proof, which takes most of an hour
  --only A,B   these proofs only
  --seed N     repeat what malformed has sent, or what delivery has tried
`

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const names = values.only.split(',').filter((name) => name !== '')
  const unknown = names.filter((name) => !PROOFS.some((proof) => proof.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`there is no proof ${unknown.join(', ')}\n${HELP}`)
    process.exitCode = 2
    return
  }
  const seed = values.seed === undefined ? undefined : Number(values.seed)
  for (const { name, promise, prove } of PROOFS) {
    if (names.length > 0 && !names.includes(name)) continue
    process.stdout.write(`${name}: ${promise}\n`)
    const start = performance.now()
    try {
      process.stdout.write(`  ${await prove({ long: values.long, seed })}`)
    } catch (error) {
      // The other proofs are tried nevertheless.
      process.exitCode = 1
      process.stdout.write(`  FAILED: ${error instanceof Error ? error.stack : String(error)}`)
    }
    process.stdout.write(` (${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
  }
}
