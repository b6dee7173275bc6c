const { scalars } = require('demarche/scalars')

module.exports = {
  src: './src',
  schema: './node_modules/demarche/schema/schema.graphql',
  language: 'typescript',
  eagerEsModules: true,
  customScalarTypes: scalars,
}
