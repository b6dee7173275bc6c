import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, PACKAGE_FILES } from './assets.ts'

/*
 * Copies the files of packages that browsers load, with their licences, to where the compiled `assets.js` looks for them. Run before the
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
