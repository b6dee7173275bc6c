import { printSchema } from 'graphql'
import { schema } from './schema.ts'

/** The schema in the schema definition language, in declaration order. Ends with a line feed. */
export function printSdl(): string {
  return `${printSchema(schema)}\n`
}
