import type { Command } from 'commander'
import { examples, existingStoreFile, storeOption, type StoreFlag } from './command.ts'
import { progressTo } from './progress.ts'

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description("rebuild the store's tables from its log; results and cursors stay the same")
    .addOption(storeOption())
    .addHelpText('after', examples('demarche rebuild --store record.db'))
    .action(async (flags: StoreFlag) => {
      const { rebuildStore } = await import('../store/open.ts')
      await rebuildStore(existingStoreFile(flags.store), progressTo(process.stderr, 'rebuilding'))
    })
}
