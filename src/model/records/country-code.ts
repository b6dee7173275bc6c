/** ISO 3166-1 alpha-2: the 249 codes that are officially assigned. */
const ASSIGNED =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT ' +
  'JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ ' +
  'NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ ' +
  'UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'

/** Kosovo has no official code; of the codes that ISO leaves to their users, all the world uses this one. */
const KOSOVO = 'XK'

const codes: ReadonlySet<string> = new Set([...ASSIGNED.split(' '), KOSOVO])

/** Matches the codes and nothing else: `^(?:A[DEF…]|B[AB…]…)$`. */
export const COUNTRY_CODE_PATTERN = `^(?:${[...Map.groupBy(codes, (code) => code.charAt(0))]
  .map(([first, group]) => `${first}[${group.map((code) => code.charAt(1)).join('')}]`)
  .join('|')})$`

export function isCountryCode(code: string): boolean {
  return codes.has(code)
}

/** What is wrong with the code of a country, in words that name the remedy; null where it is a good one. */
export function countryCodeProblem(code: string): string | null {
  if (codes.has(code)) return null
  const meant = countryMeant(code)
  return `is no ISO 3166-1 country code; ${meant === undefined ? 'give two capital letters, as AZ' : `did you mean ${meant}?`}`
}

/** The code that is meant by one in small letters, by another that is in use, or by an English name. */
export function countryMeant(text: string): string | undefined {
  const capitals = text.trim().toUpperCase()
  if (codes.has(capitals)) return capitals
  return MISTAKEN[capitals] ?? [...codes].find((code) => names.of(code)?.toUpperCase() === capitals)
}

/** Codes that other lists have, and former ones of states that live on as one. */
const MISTAKEN: Readonly<Record<string, string>> = {
  BU: 'MM',
  DD: 'DE',
  EL: 'GR',
  EN: 'GB',
  TP: 'TL',
  UK: 'GB',
  ZR: 'CD',
  ENGLAND: 'GB',
  TURKEY: 'TR',
  USA: 'US',
}

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
