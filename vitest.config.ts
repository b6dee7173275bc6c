import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As Node resolves them: a library that ships a development build would otherwise be loaded twice, once by us and once by its plugins,
  // and `pg` half as CommonJS and half as a module where `import` is among the conditions.
  ssr: { resolve: { conditions: ['module-sync', 'node', 'default'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    // A test that starts several processes takes minutes where others take all the time of the processors. A limit is for what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What a test waits for comes at once or never: how long it takes on a busy machine is not what is tested.
    expect: { poll: { timeout: 30_000 } },
  },
})
