import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As Node resolves them: a library that ships a development build would otherwise be loaded twice, once by us and once by its plugins.
  ssr: { resolve: { conditions: ['module-sync', 'node', 'import', 'default'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
