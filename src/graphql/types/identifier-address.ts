import { isWebAddress } from '../../model/records/fields.ts'
import type { IdentifierScheme } from '../../model/vocabulary/actor.ts'

/** Where a register shows what it calls so; null where it has no page for it, or the value is none of its own. */
export function addressOf({
  scheme,
  value,
}: {
  readonly scheme: IdentifierScheme
  readonly value: string
}): string | null {
  switch (scheme) {
    case 'WIKIDATA':
      return /^Q\d+$/.test(value) ? `https://www.wikidata.org/wiki/${value}` : null
    case 'GEONAMES':
      return /^\d+$/.test(value) ? `https://www.geonames.org/${value}` : null
    case 'ISO_3166_1':
      return /^[A-Z]{2}$/.test(value) ? `https://www.iso.org/obp/ui/#iso:code:3166:${value}` : null
    case 'LEI':
      return /^[0-9A-Z]{20}$/.test(value) ? `https://search.gleif.org/#/record/${value}` : null
    case 'WEBSITE':
      return isWebAddress(value) ? value : null
    case 'IATA':
    case 'ICAO':
      return null
  }
}
