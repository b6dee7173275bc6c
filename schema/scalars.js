// Generated from the schema by `npm run generate:contracts`.
export const scalars = {
  Date: 'string',
  EDTF: 'string',
  URL: 'string',
  LanguageTag: 'string',
  CountryCode: 'string',
  Key: 'string',
  FeedCursor: 'string',
  DateTime: 'string',
}
