import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const areNodes = process.env['TEST_LOG'] === '1'

/** What `npm run test:log` leaves out: the redaction of the file of a store. The log of nodes is redacted by a command of its own. */
const ONLY_OF_FILES = ['tests/store/redaction.test.ts']

/** Files that take minutes, the longest last. They begin first: what begins last alone is all that is waited for. */
const LONGEST = ['pages/live', 'pages/forms', 'nodes/nodes', 'cli/log', 'tests/bench', 'pages/pages', 'proofs/proofs']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- of the sequencer, not of an array
    const sorted = await super.sort(files)
    const placeOf = ({ moduleId }: TestSpecification) =>
      LONGEST.findLastIndex((name) => moduleId.endsWith(`${name}.test.ts`))
    return sorted.toSorted((one, other) => placeOf(other) - placeOf(one))
  }
}

export default defineConfig({
  // As Node resolves them: a library that ships a development build would otherwise be loaded twice, once by us and once by its plugins,
  // and `pg` half as CommonJS and half as a module where `import` is among the conditions.
  ssr: { resolve: { conditions: ['module-sync', 'node', 'default'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(areNodes ? ONLY_OF_FILES : [])],
    pool: 'forks',
    // By default, one processor is left to whoever watches. Most tests wait for a process, a browser or a server half of their time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // A test that starts several processes, or makes a log for each of many stores, takes minutes where others take all the time of the
    // processors. A limit is for what hangs.
    testTimeout: areNodes ? 600_000 : 180_000,
    hookTimeout: 180_000,
    // What a test waits for comes at once or never: how long it takes on a busy machine is not what is tested.
    expect: { poll: { timeout: 30_000 } },
  },
})
