import type { Command } from 'commander'
import { examples, print } from './command.ts'

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the GraphQL schema of the API')
    .addHelpText('after', examples('demarche schema > schema.graphql'))
    .action(async () => {
      const { printSdl } = await import('../graphql/schema.ts')
      print(process.stdout, printSdl())
    })
}
