import { writeFileSync } from 'node:fs'

/** The reference records of {@link events}. */
export const opening = [
  { actor: { key: 'north', name: 'Northland', kind: 'state' } },
  { source: { key: 'gazette', title: 'The Gazette', language: 'en', reliability: 'B' } },
]

/** Events with links to others: `a>c` is an event a that follows c. */
export function events(...links: readonly string[]): unknown[] {
  return links.map((one) => {
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
