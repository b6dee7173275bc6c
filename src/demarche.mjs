#!/usr/bin/env node
// The file that `bin` names. It is plain JavaScript, so that a Node too old for TypeScript prints one line instead of a syntax error.
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

const OLDEST = [22, 18]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `demarche: this is Node ${process.versions.node}, but Demarche needs ${OLDEST.join('.')} or later; ` +
      'in a checkout, run `npm run --silent demarche -- COMMAND`, which has its own\n',
  )
  process.exitCode = 1
} else {
  // A checkout holds the sources, a package the compiled files.
  const checkout = existsSync(new URL('./cli/main.ts', import.meta.url))
  // Node reads TypeScript with WebAssembly, on each thread. Now and then, V8 ends the process when it exchanges a wrapper of that for a faster
  // one ("Check failed: jit_page.has_value()"), so it is told to keep the first.
  if (checkout) setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647')
  const { runCommand } = await import(checkout ? './cli/main.ts' : '../dist/cli/main.js')
  await runCommand(process.argv)
}
