import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import type { Context } from './context.ts'

/** What the fields of the API are made with. Fields are non-null unless they say otherwise. */
export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Date: { Input: string; Output: string }
    /** Milliseconds since 1970; a text is passed through with the offset that it was written with. */
    DateTime: { Input: number; Output: number | string }
    EDTF: { Input: string; Output: string }
    URL: { Input: string; Output: string }
    LanguageTag: { Input: string; Output: string }
    CountryCode: { Input: string; Output: string }
    Key: { Input: string; Output: string }
    FeedCursor: { Input: string; Output: string }
  }
}>({
  defaultFieldNullability: false,
  plugins: [ComplexityPlugin],
  // Operations are weighed before they are executed; the weights stand on the fields.
  complexity: { disabled: true, defaultListMultiplier: 3 },
})

builder.queryType({
  description:
    'Everything that can be read. One operation reads one position of the log, whatever it asks and whatever is recorded meanwhile; the answer names that position in `extensions.cursor`, and a subscription given it as `after` misses nothing. Names of actors, titles of sources and other reference records are always as they are now.',
})

builder.subscriptionType({
  description:
    'The live feed. Every message carries the position up to which it tells, in its fields and in `extensions.cursor`; passed back as `after`, it resumes there with no gap.',
})
