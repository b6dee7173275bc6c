import { fileURLToPath } from 'node:url'
import { generate } from '@genql/cli'
import { scalars } from 'demarche/scalars'

await generate({
  schema: fileURLToPath(import.meta.resolve('demarche/schema.graphql')),
  output: 'src/genql',
  scalarTypes: scalars,
})
