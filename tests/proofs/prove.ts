import { parseArgs } from 'node:util'
import type { Proof } from './proof.ts'
import { PROOFS } from './proofs.ts'

const HELP = `npm run prove -- [--long] [--seed N] [PROOF…]

  PROOF        this proof only, or those that begin with the name, such as \`nodes\`
  --long       the full form of each proof, which takes most of an hour, and another one for nodes
  --seed N     repeat what malformed has sent, what delivery has tried, or what has happened to nodes; of nodes-killed-append
               and nodes-put-back in the full form, this tenth only (1 to 10)

PROGRAM_BEFORE   for nodes-versions: src/demarche.mjs of the version before, from its package or a checkout

Proofs: ${PROOFS.map(({ name }) => name).join(', ')}
`

const { values, positionals } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const isNamed = (name: string) => (proof: Proof) => proof.name === name || proof.name.startsWith(`${name}-`)
  const unknown = positionals.filter((name) => !PROOFS.some(isNamed(name)))
  if (unknown.length > 0) {
    process.stderr.write(`there is no proof ${unknown.join(', ')}\n${HELP}`)
    process.exitCode = 2
    return
  }
  const seed = values.seed === undefined ? undefined : Number(values.seed)
  const chosen = PROOFS.filter((proof) => positionals.length === 0 || positionals.some((name) => isNamed(name)(proof)))
  for (const { name, promise, prove } of chosen) {
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
