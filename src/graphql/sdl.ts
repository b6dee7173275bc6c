import { printSchema } from 'graphql'
import { schema } from './schema.ts'

/** The schema definition language of the API, types and fields in the order of the house. Ends with a line feed. */
export function printSdl(): string {
  return `${printSchema(schema)}\n`
}
