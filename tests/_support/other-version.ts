import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What a release may step. */
interface Steps {
  readonly version: string
  /** The format of contents that it writes. */
  readonly writes: number
  /** The highest that it reads. */
  readonly reads: number
}

const RECORDS = 'src/model/records/canonical-record.ts'

/** Makes the program of a later release in a folder: this one, with other numbers. Its projections are others, too. Returns its path. */
export function laterProgram(folder: string, { version, writes, reads }: Steps): string {
  const place = join(folder, version)
  mkdirSync(place)
  cpSync(join(ROOT, 'src'), join(place, 'src'), { recursive: true })
  for (const name of ['node_modules', 'migrations', 'migrations-log', 'schema', 'dossiers'])
    symlinkSync(join(ROOT, name), join(place, name))
  const step = (file: string, pattern: RegExp, text: string) => {
    const source = readFileSync(join(ROOT, file), 'utf8')
    if (!pattern.test(source)) throw new Error(`${file} does not have ${pattern}`)
    writeFileSync(join(place, file), source.replace(pattern, text))
  }
  step('package.json', /"version": "[^"]*"/, `"version": "${version}"`)
  step('src/store/projections/project.ts', /const PROJECTION = \d+/, 'const PROJECTION = 1_000')
  step(
    RECORDS,
    /CONTENT_FORMAT = \d+([^]*)READABLE_FORMAT = \d+/,
    `CONTENT_FORMAT = ${writes}$1READABLE_FORMAT = ${reads}`,
  )
  return join(place, 'src', 'demarche.mjs')
}
