import type { Command } from 'commander'
import { examples } from './command.ts'

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the schema of the API, in SDL')
    .addHelpText('after', examples('demarche schema > schema.graphql'))
    .action(async () => {
      const { printSdl } = await import('../graphql/sdl.ts')
      process.stdout.write(printSdl())
    })
}
