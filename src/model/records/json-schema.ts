import { z } from 'zod'
import { DEVELOPMENT_KINDS, recordDefinitions, type RecordKind } from './definitions.ts'

/** The members of a JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema of a dossier, for editors and for programs that write dossiers. It describes the form only. Dangling references,
 * impossible days and rules between fields are left to `demarche check`.
 */
export function dossierSchema(): JsonSchema {
  const definitions = Object.entries(recordDefinitions).map(([kind, definition]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(definition, { io: 'input', target: 'draft-2020-12' })
    return [kind, schema] as const
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Demarche dossier',
    description:
      'A record of disputes: who did and said what, when, according to which sources. Version 1 of the format.',
    type: 'object',
    properties: {
      dossier: { const: 1, description: 'The version of the format.' },
      disputes: section('The disputes.', 'dispute'),
      actors: section('The actors and publishers.', 'actor'),
      places: section('The places where something happened.', 'place'),
      sources: section('The cited documents.', 'source'),
      claims: section('The contested claims.', 'claim'),
      demands: section('The demands.', 'demand'),
      developments: section('The events, statements and measures.', ...DEVELOPMENT_KINDS),
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
