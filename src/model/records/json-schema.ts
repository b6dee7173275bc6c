import { z } from 'zod'
import { EDTF_PATTERN } from '../dates/pattern.ts'
import { article } from '../errors.ts'
import { DEVELOPMENT_KINDS, recordDefinitions, type RecordKind } from './definitions.ts'

/** The members of a JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema of a dossier, for editors and for programs that write dossiers. It describes the form only. Dangling references and rules
 * between fields are left to `demarche check`. A wrong value gives one error: the field that holds a development's key decides which
 * definition applies, and values are listed as an enum, whose descriptions editors read from `enumDescriptions`.
 */
export function dossierSchema(): JsonSchema {
  const definitions = Object.entries(recordDefinitions).map(([kind, definition]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(definition, {
      io: 'input',
      target: 'draft-2020-12',
      override: ({ jsonSchema }) => {
        if (jsonSchema.pattern !== EDTF_PATTERN) return
        for (const name of Object.keys(DATE)) Reflect.deleteProperty(jsonSchema, name)
        jsonSchema.$ref = '#/$defs/date'
      },
    })
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
      developments: {
        description: 'The events, statements and measures.',
        type: 'array',
        items: {
          type: 'object',
          properties: Object.fromEntries(
            DEVELOPMENT_KINDS.map((kind) => [kind, { description: `The key of ${article(kind)}.` }]),
          ),
          dependentSchemas: Object.fromEntries(DEVELOPMENT_KINDS.map((kind) => [kind, { $ref: `#/$defs/${kind}` }])),
          if: { not: { properties: Object.fromEntries(DEVELOPMENT_KINDS.map((kind) => [kind, false])) } },
          else: { ...ANY_FIELDS, if: { not: ANY_FIELDS }, else: { required: ['event'] } },
        },
      },
    },
    required: ['dossier'],
    additionalProperties: false,
    $defs: {
      ...Object.fromEntries(definitions),
      development: {
        description:
          'The fields of any development. A field that is none is the likely reason why a development has no kind.',
        type: 'object',
        patternProperties: { [`^(?:${[...new Set(FIELDS)].join('|')})$`]: true },
        additionalProperties: false,
      },
      date: { description: 'A date in EDTF (ISO 8601-2).', ...DATE },
    },
  }
}

const FIELDS = DEVELOPMENT_KINDS.flatMap((kind) => Object.keys(recordDefinitions[kind].shape))
const ANY_FIELDS = { $ref: '#/$defs/development' }

/** A bare year, which YAML reads as a number, is accepted. */
const DATE = {
  type: ['string', 'integer'],
  pattern: EDTF_PATTERN,
  patternErrorMessage:
    'Not an EDTF date. Write 2024-12-25, 2024-12, 2024, 2024-12-25/2025-02 or "[2024-12-25..2025-02-10]".',
  minimum: 0,
  maximum: 9999,
}

function section(description: string, kind: RecordKind): JsonSchema {
  return { description, type: 'array', items: { $ref: `#/$defs/${kind}` } }
}
