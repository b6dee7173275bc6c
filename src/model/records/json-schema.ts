import { z } from 'zod'
import { DEVELOPMENT_KINDS, recordDefinitions, type RecordKind } from './definitions.ts'

/** A JSON Schema, draft 2020-12, as far as it is put together here. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema of a dossier, for editors and for whoever writes dossiers by program. It tells form: keys that name nothing, impossible
 * days and what the parts of a record say together are left to `check`.
 */
export function dossierSchema(): JsonSchema {
  const definitions = Object.entries(recordDefinitions).map(([kind, definition]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(definition, { io: 'input', target: 'draft-2020-12' })
    return [kind, schema] as const
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Demarche dossier',
    description: 'A record of disputes: who did and said what, when, by which sources. Version 1 of the format.',
    type: 'object',
    properties: {
      dossier: { const: 1, description: 'The version of the format.' },
      disputes: section('What the record is about.', 'dispute'),
      actors: section('Who acts, speaks, publishes or is affected.', 'actor'),
      places: section('Where it happened.', 'place'),
      sources: section('What is cited.', 'source'),
      claims: section('What is contested.', 'claim'),
      demands: section('What is demanded.', 'demand'),
      developments: section('What happened, was said and was done.', ...DEVELOPMENT_KINDS),
    },
    required: ['dossier'],
    additionalProperties: false,
    $defs: Object.fromEntries(definitions),
  }
}

function section(description: string, ...kinds: readonly [RecordKind, ...RecordKind[]]): JsonSchema {
  const records = kinds.map((kind) => ({ $ref: `#/$defs/${kind}` }))
  return { description, type: 'array', items: records.length === 1 ? records[0] : { anyOf: records } }
}
