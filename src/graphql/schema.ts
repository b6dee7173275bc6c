/* oxlint-disable import/no-unassigned-import -- a domain adds to the builder as it is loaded */
import './scalars.ts'
import './actor.ts'
import './place.ts'
import './source.ts'
import './dispute.ts'
import './claim.ts'
import './demand.ts'
import './development.ts'
import './development-parts.ts'
import './development-link.ts'
import './revision.ts'
import './event.ts'
import './statement.ts'
import './position.ts'
import './bearing.ts'
import './assessment.ts'
import './measure.ts'
import './feed.ts'
import './service.ts'
import { builder } from './builder.ts'

/** The whole API, put together from its domains in the order of their foreign keys. */
export const schema = builder.toSchema({ sortSchema: false })
