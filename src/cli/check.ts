import type { Command } from 'commander'
import type { Checked } from '../dossier/check/check.ts'
import { count, examples, print, printProblems, type StoreFlag } from './command.ts'
import { openToRead } from './node.ts'

interface Flags extends StoreFlag {
  readonly json?: true
}

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('check dossiers, and change nothing')
    .argument('<file...>', 'dossiers in YAML, JSON or NDJSON, or folders of them; - is standard input')
    .option('--json', 'print the result as JSON')
    .option('--store <file>', 'a store with records that the dossiers may refer to; without it, they must be complete')
    .addHelpText('after', examples('demarche check dossiers/j2-8243.yaml'))
    .action(runCheck)
}

async function runCheck(files: string[], flags: Flags): Promise<void> {
  const { checkDossiers } = await import('../dossier/check/check.ts')
  const store = flags.store === undefined ? undefined : await openToRead(flags.store)
  try {
    const checked = await checkDossiers(files, store)
    if (flags.json === true) print(process.stdout, `${JSON.stringify(checked, null, 2)}\n`)
    else printChecked(checked)
    if (checked.problemCount > 0) process.exitCode = 1
  } finally {
    store?.close()
  }
}

function printChecked(checked: Checked): void {
  printProblems(process.stdout, checked)
  const problems = checked.problemCount === 0 ? 'no problems' : count(checked.problemCount, 'problem')
  const warnings = checked.warningCount === 0 ? '' : `, ${count(checked.warningCount, 'warning')}`
  const found = `${count(checked.records, 'record')} in ${count(checked.files, 'file')}`
  print(process.stderr, `checked ${found}: ${problems}${warnings}\n`)
}
