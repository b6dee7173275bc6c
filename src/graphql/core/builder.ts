import SchemaBuilder from '@pothos/core'
import type { Context } from './context.ts'

/** Builds the fields of the API. Fields are non-null unless they are declared nullable. */
export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Date: { Input: string; Output: string }
    /** Milliseconds since 1970; a string is returned unchanged, with the offset it was written with. */
    DateTime: { Input: number; Output: number | string }
    EDTF: { Input: string; Output: string }
    URL: { Input: string; Output: string }
    LanguageTag: { Input: string; Output: string }
    CountryCode: { Input: string; Output: string }
    Key: { Input: string; Output: string }
    FeedCursor: { Input: string; Output: string }
  }
}>({ defaultFieldNullability: false })

/** The type parameter of references to types of this builder. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never

builder.queryType({
  description:
    'Everything that can be read. An operation reads one state of the record, regardless of what is recorded while it runs. The response gives the cursor of that state in `extensions.cursor`: a subscription that starts with it as `after` misses nothing. An argument with a default also accepts null, which means the default. A refused field is null, with an error that names its path; other fields keep their values. Reference records (actors, places, sources, disputes, claims, demands) are always returned in their current state.',
})

builder.mutationType({
  description:
    'Everything that can be recorded, with a token of the scope RECORD: otherwise refused with UNAUTHENTICATED or FORBIDDEN. Several fields of one mutation run one after the other, in their order, each in a transaction of its own: a refusal of one undoes nothing and stops nothing. Each returns either what was recorded, which is then on disk, or a refusal that says why nothing was. Where a field fails with an error instead (STORE_BUSY, STORE_FULL, INTERNAL), `data` is null, although fields before it may have recorded: repeat the mutation with the same idempotency keys.',
})

builder.subscriptionType({
  description:
    'The live feed. Every message carries its cursor, as a field and in `extensions.cursor`. Pass it back as `after` to resume without a gap.',
})
