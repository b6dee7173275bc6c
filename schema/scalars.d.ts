// Generated from the schema by `npm run generate:contracts`.
/** The TypeScript type of each scalar, as `scalars` of GraphQL Code Generator and `customScalarTypes` of Relay. */
export declare const scalars: {
  readonly Date: 'string'
  readonly EDTF: 'string'
  readonly URL: 'string'
  readonly LanguageTag: 'string'
  readonly CountryCode: 'string'
  readonly Key: 'string'
  readonly FeedCursor: 'string'
  readonly DateTime: 'string'
}

/** The types themselves, as `scalars` of gql.tada. */
export type Scalars = {
  /** A calendar day as YYYY-MM-DD (RFC 3339 full-date), such as 2024-12-25. It has no time zone: it is a day in the time zone of the place. */
  Date: string
  /** A date as precise as its source, in the Extended Date/Time Format (EDTF, ISO 8601-2), levels 0 and 1: 2024-12-25, 2025-02, 2014, 2025-06~ (approximate), 2025-07? (uncertain), 2024-12-25/2025-10-09, 2025-07-05/.. (ongoing), 2024-12-25T06:28:00Z. From level 2, [2024-12-25..2025-02-10] is one day between the two. */
  EDTF: string
  /** An absolute http or https URL. */
  URL: string
  /** A BCP 47 language tag, such as en, ru or az-Latn. */
  LanguageTag: string
  /** An ISO 3166-1 alpha-2 country code in capital letters, such as AZ. XK is Kosovo. */
  CountryCode: string
  /** The public key of a record: readable, stable, unique among records of its type, and never reused. It consists of a-z, 0-9 and hyphens, with slashes between its parts, such as j2-8243/crash. */
  Key: string
  /** Marks a state of the record of one store: everything up to one change. Opaque. Pass it back as `after` exactly as received. Refused with CURSOR_INVALID if it is not a cursor, with CURSOR_FOREIGN if it is from another store, and with CURSOR_AHEAD if the store was restored to an earlier state. */
  FeedCursor: string
  /** An instant in RFC 3339 format, such as 2024-12-25T06:28:00Z. Instants of this service are in UTC with milliseconds. Input may have any offset but must have an offset or Z. */
  DateTime: string
}
