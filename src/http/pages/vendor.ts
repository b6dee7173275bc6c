import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleScript, folderOf, PACKAGE_FILES, SCRIPT } from './assets.ts'

/*
 * Writes the script of the pages, and copies the files of packages that browsers load, with their licences, to where the compiled `assets.js` looks for them. Run before the
 * service is packed: what a playground is built from is nearly half of an installation.
 */

const FOLDER = new URL('../../../dist/http/pages/vendor/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
for (const [name, [packageName, file]] of Object.entries(PACKAGE_FILES)) {
  copyFileSync(join(folderOf(packageName), file), new URL(name, FOLDER))
}
// The explorer is a part of GraphiQL.
for (const name of ['graphiql', 'react', 'react-dom']) {
  copyFileSync(join(folderOf(name), 'LICENSE'), new URL(`${name}.LICENSE`, FOLDER))
}
writeFileSync(new URL(SCRIPT, FOLDER), await bundleScript())
