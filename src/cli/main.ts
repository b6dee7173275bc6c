import { Command, CommanderError } from 'commander'
import { addBackup, addRebuild, addRestore } from './backup.ts'
import { addCheck } from './check.ts'
import { examples } from './command.ts'
import { addExport } from './export.ts'
import { addImport } from './import.ts'
import { addLog } from './log.ts'
import { addRedact } from './redact.ts'
import { addSchema } from './schema.ts'
import { print } from './command.ts'
import { addServe } from './serve.ts'
import { addTail } from './tail.ts'
import { addToken } from './token.ts'
import { COMMAND, readVersion } from '../config.ts'
import { DemarcheError, StoreError } from '../model/errors.ts'

const DONE = 0
const REFUSED = 1
const MISUSED = 2

/** Runs the command that `argv` names, and sets the exit status: 0 done, 1 refused or failed, 2 misused. Never throws. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', exitOnClosedPipe)
  process.stderr.on('error', exitOnClosedPipe)
  process.on('uncaughtException', (error) => {
    process.exit(report(error))
  })
  const program = describeProgram()
  if (argv.length <= 2) {
    program.outputHelp()
    return
  }
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

function describeProgram(): Command {
  const program = new Command('demarche')
    .description('A sourced chronology of diplomatic disputes: a GraphQL API with a live feed that misses nothing.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => print(process.stdout, text),
      writeErr: (text) => print(process.stderr, text),
    })
    .exitOverride()
  addServe(program)
  addImport(program)
  addCheck(program)
  addExport(program)
  addTail(program)
  addToken(program)
  addBackup(program)
  addRestore(program)
  addRebuild(program)
  addRedact(program)
  addLog(program)
  addSchema(program)
  addHelp(program)
  program.addHelpText('after', `\nRun \`${COMMAND} NAME --help\` for the options of a command, with an example.\n`)
  return program
}

/** Commander's own help command does not refuse unknown names, and does not know itself. */
function addHelp(program: Command): void {
  program
    .command('help')
    .description('print the help of a command')
    .argument('[command]', 'the command')
    .addHelpText('after', examples('demarche help import'))
    .action(async (name?: string) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name)
      if (command === undefined) await program.parseAsync([`${name}`], { from: 'user' })
      else command.outputHelp()
    })
}

/** Prints the error on stderr, without a stack trace, and returns its exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED
  const message = error instanceof Error ? error.message : String(error)
  const file = error instanceof StoreError ? `${error.file}: ` : ''
  for (const line of `${file}${message}`.split('\n')) print(process.stderr, `demarche: ${line}\n`)
  return error instanceof DemarcheError && error.code === 'MISCONFIGURED' ? MISUSED : REFUSED
}

/** `demarche export | head` ends when `head` closes the pipe. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit()
  throw error
}
