#!/usr/bin/env node
// What `bin` names: plain JavaScript that any Node can read, so that one too old is told so in a line rather than dying on a `.ts`.
import { existsSync } from 'node:fs'

const OLDEST = [22, 18]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `demarche: this is Node ${process.versions.node}, Demarche needs ${OLDEST.join('.')} or later; ` +
      'in a checkout, `npm run --silent demarche -- COMMAND` brings its own\n',
  )
  process.exitCode = 1
} else {
  // A checkout holds the sources, a package what they were compiled to.
  const checkout = existsSync(new URL('./cli/main.ts', import.meta.url))
  const { runCommand } = await import(checkout ? './cli/main.ts' : '../dist/cli/main.js')
  await runCommand(process.argv)
}
