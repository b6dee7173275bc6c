import type { Command } from 'commander'
import { storeFileOf } from '../config.ts'
import { examples, storeOption, type StoreFlag } from './command.ts'

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description("derive the store's tables afresh from its log")
    .addOption(storeOption())
    .addHelpText('after', examples('demarche rebuild --store record.db'))
    .action(async (flags: StoreFlag) => {
      const file = storeFileOf(process.env, flags.store)
      process.stderr.write(`${file}\n`)
    })
}
