import type { CodegenConfig } from '@graphql-codegen/cli'
import { scalars } from 'demarche/scalars'

const config: CodegenConfig = {
  schema: 'node_modules/demarche/schema/schema.graphql',
  documents: 'src/*.ts',
  generates: {
    'src/gql/': {
      preset: 'client',
      config: { scalars, strictScalars: true, documentMode: 'string', useTypeImports: true, importExtension: '.ts' },
    },
  },
}

export default config
