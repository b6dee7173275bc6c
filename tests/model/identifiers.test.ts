import { expect, it, test } from 'vitest'
import { validateRecord } from '../../src/model/records/validation.ts'

function problemsOf(scheme: string, value: string): string[] {
  const raw = { key: 'airline', name: 'Airline', kind: 'company', identifiers: { [scheme]: value } }
  return validateRecord('actor', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

test.each([
  ['wikidata', 'Q227'],
  ['iso-3166-1', 'AZ'],
  ['iso-3166-1', 'XK'],
  ['iata', 'J2'],
  ['iata', '9W'],
  ['iata', 'SU'],
  ['iata', 'GYD'],
  ['icao', 'AHY'],
  ['icao', 'UBBB'],
  ['lei', '5493001KJTIIGC8Y1R12'],
  ['lei', '549300DTUYXVMJXZNY75'],
  ['geonames', '587084'],
  ['website', 'https://mfa.gov.az'],
  ['website', 'http://мид.рф/'],
])('%s %s is an identifier', (scheme, value) => {
  expect(problemsOf(scheme, value)).toEqual([])
})

const meant = [
  ['wikidata', 'https://www.wikidata.org/wiki/Q227', 'Q227'],
  ['wikidata', 'http://www.wikidata.org/entity/Q227', 'Q227'],
  ['wikidata', 'https://m.wikidata.org/wiki/Special:EntityData/Q227.json', 'Q227'],
  ['wikidata', 'entity/Q227', 'Q227'],
  ['wikidata', 'wd:Q227', 'Q227'],
  ['wikidata', 'q227', 'Q227'],
  ['wikidata', 'Q227 # Azerbaijan', 'Q227'],
  ['wikidata', '227', 'Q227'],
  ['iata', 'j2', 'J2'],
  ['iata', ' sco ', 'SCO'],
  ['icao', 'ubbb', 'UBBB'],
  ['lei', '5493 001K JTII GC8Y 1R12', '5493001KJTIIGC8Y1R12'],
  ['lei', 'https://search.gleif.org/#/record/5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R12'],
  ['geonames', 'https://www.geonames.org/587084/baku.html', '587084'],
  ['geonames', 'https://sws.geonames.org/587084/', '587084'],
  ['geonames', 'geonames:587084', '587084'],
  ['website', 'www.mfa.gov.az', 'https://www.mfa.gov.az'],
  ['website', 'mfa.gov.az/en?page=1', 'https://mfa.gov.az/en?page=1'],
  ['website', '//mfa.gov.az', 'https://mfa.gov.az'],
  ['website', 'http:/mfa.gov.az', 'https://mfa.gov.az'],
] as const

test.each(meant)('%s %j is advised as %s', (scheme, value, advised) => {
  expect(problemsOf(scheme, value)).toEqual([expect.stringMatching(/ is not an? [^;]*; write "[^"]*"$/)])
  expect(problemsOf(scheme, value)[0]).toContain(`write "${advised}"`)
  expect(problemsOf(scheme, advised)).toEqual([])
})

test.each([
  [
    'wikidata',
    'https://en.wikipedia.org/wiki/Azerbaijan',
    'open "Wikidata item" in the menu of the article, and write',
  ],
  ['wikidata', 'P31', 'P and digits name a property: write the Q and digits of an item, as Q227'],
  ['wikidata', 'Q0', 'write Q and digits, as Q227'],
  ['wikidata', 'Q227 or Q159', 'write Q and digits, as Q227'],
  ['iso-3166-1', 'AZE', 'did you mean AZ?'],
  ['iso-3166-1', '031', 'did you mean AZ?'],
  ['iso-3166-1', 'SU', 'the Soviet Union no longer exists'],
  ['iata', '12', 'write the two characters of an airline'],
  ['iata', 'UBBB', "an airport's code of four letters is one of the ICAO: write it under icao"],
  ['icao', 'J2', "an airline's code of two characters is one of the IATA: write it under iata"],
  ['icao', '007', 'write the three letters of an airline, as AHY, or the four letters of an airport, as UBBB'],
  ['lei', '549300', 'write its twenty characters'],
  ['lei', '5493001KJTIIGC8Y1R21', 'its two check digits do not fit its other characters'],
  ['geonames', 'Baku', 'write its digits, as 587084'],
  ['website', 'javascript:alert(1)', 'it must begin with http:// or https://'],
  ['website', 'Ministry', 'it must begin with http:// or https://'],
])('refuses %s %j: %s', (scheme, value, remedy) => {
  expect(problemsOf(scheme, value)).toEqual([expect.stringContaining(remedy)])
})

it('detects any single wrong digit or letter of a Legal Entity Identifier', () => {
  const lei = '5493001KJTIIGC8Y1R12'
  for (let index = 0; index < lei.length; index++) {
    const other = /\d/.test(lei.charAt(index)) ? (Number(lei[index]) + 1) % 10 : 'W'
    const wrong = `${lei.slice(0, index)}${other}${lei.slice(index + 1)}`
    expect(problemsOf('lei', wrong)).toHaveLength(1)
  }
})
