import type { Command } from 'commander'
import { examples, existingStoreFile, storeOption, type StoreFlag } from './command.ts'
import { progressTo } from './rebuild-progress.ts'

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description("derive the store's tables afresh from its log; changes no answer and no cursor")
    .addOption(storeOption())
    .addHelpText('after', examples('demarche rebuild --store record.db'))
    .action(async (flags: StoreFlag) => {
      const { rebuildStore } = await import('../store/open.ts')
      await rebuildStore(existingStoreFile(flags.store), progressTo(process.stderr, 'rebuilding'))
    })
}
