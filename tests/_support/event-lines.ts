import { writeFileSync } from 'node:fs'

/** What {@link events} refer to. */
export const opening = [
  { actor: { key: 'north', name: 'Northland', kind: 'state' } },
  { source: { key: 'gazette', title: 'The Gazette', language: 'en', reliability: 'B' } },
]

/** Events that name others: `a>c` follows c. */
export function events(...told: readonly string[]): unknown[] {
  return told.map((one) => {
    const [key = '', target] = one.split('>')
    return {
      development: {
        event: key,
        headline: `Event ${key}`,
        summary: 'It happened.',
        date: '2025-01-01',
        'evidential-status': 'reported',
        'event-kind': 'other',
        citations: [{ source: 'gazette', credibility: 2, basis: 'own-reporting' }],
        ...(target === undefined ? {} : { links: [{ relation: 'follows', development: target }] }),
      },
    }
  })
}

/** Writes NDJSON. */
export function writeLines(file: string, records: readonly unknown[]): void {
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}
