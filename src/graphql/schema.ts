import { printSchema } from 'graphql'
/* oxlint-disable import/no-unassigned-import -- each module adds its types to the builder when it is loaded */
import './core/scalars.ts'
import './types/actor.ts'
import './types/place.ts'
import './types/source.ts'
import './types/dispute.ts'
import './types/claim.ts'
import './types/demand.ts'
import './types/development.ts'
import './analysis/facets.ts'
import './types/development-parts.ts'
import './analysis/disagreements.ts'
import './types/link.ts'
import './analysis/tension.ts'
import './types/revision.ts'
import './types/statement.ts'
import './types/position.ts'
import './analysis/position-matrix.ts'
import './analysis/contradictions.ts'
import './types/bearing.ts'
import './types/measure.ts'
import './subscription.ts'
import './service.ts'
import './recording/development-mutations.ts'
import './recording/reference-mutations.ts'
import './recording/import-mutation.ts'
import { acceptNullForDefaults } from './core/argument-defaults.ts'
import { builder } from './core/builder.ts'
import { takeTurns } from './cost/turn.ts'

/** The schema of the API. Modules are loaded in the order of the foreign keys of their records. */
export const schema = takeTurns(acceptNullForDefaults(builder.toSchema({ sortSchema: false })))

/** The schema in the schema definition language, in declaration order. Ends with a line feed. */
export function printSdl(): string {
  return `${printSchema(schema)}\n`
}
