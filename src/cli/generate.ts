import { writeFileSync } from 'node:fs'
import { printSdl } from '../graphql/sdl.ts'
import { dossierSchema } from '../model/records/json-schema.ts'

/** Writes the generated contracts, which are checked in: the schema of the API and that of dossiers. */
const folder = new URL('../../schema/', import.meta.url)

writeFileSync(new URL('schema.graphql', folder), printSdl())
writeFileSync(new URL('dossier.schema.json', folder), `${JSON.stringify(dossierSchema(), null, 2)}\n`)
