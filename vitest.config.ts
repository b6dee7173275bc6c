import { configDefaults, defineConfig } from 'vitest/config'

const areNodes = process.env['TEST_LOG'] === '1'

/** What `npm run test:log` leaves out: the redaction of the file of a store. The log of nodes is redacted by a command of its own. */
const ONLY_OF_FILES = ['tests/store/redaction.test.ts']

/** What keeps all processors busy by itself, and is run alone. */
const ALONE = ['tests/bench.test.ts', 'tests/proofs/proofs.test.ts']

export default defineConfig({
  // As Node resolves them: a library that ships a development build would otherwise be loaded twice, once by us and once by its plugins,
  // and `pg` half as CommonJS and half as a module where `import` is among the conditions.
  ssr: { resolve: { conditions: ['module-sync', 'node', 'default'] } },
  test: {
    pool: 'forks',
    // As in src/demarche.mjs: threads of tests read TypeScript, too.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE, ...(areNodes ? ONLY_OF_FILES : [])],
          // By default, one processor is left to whoever watches. Most tests wait half of their time for a process, a browser or a server.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
    // A test that starts several processes, or makes a log for each of many stores, takes minutes where others take all the time of the
    // processors. A limit is for what hangs.
    testTimeout: areNodes ? 600_000 : 180_000,
    hookTimeout: 180_000,
    // What a test waits for comes at once or never: how long it takes on a busy machine is not what is tested.
    expect: { poll: { timeout: 30_000 } },
  },
})
