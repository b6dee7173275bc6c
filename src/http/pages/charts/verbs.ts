import type { PloverMode, PloverType } from '../../../model/vocabulary/plover.ts'
import { lower } from '../parts/chips.ts'

/* What somebody did, as the verb of a sentence, by the PLOVER type and mode of its coding. */

/** The verbs of a coding, in the third person: `threatens`, or `charges` and `criticises` for two modes. */
export function verbsOf(type: string, modes: readonly string[]): readonly string[] {
  const known: Readonly<Record<string, string>> = VERBS
  const verbs = modes.flatMap((mode) => known[`${type}/${mode}`] ?? [])
  return verbs.length > 0 ? verbs : [known[type] ?? lower(type)]
}

/** A score with its sign. */
export function scoreWords(score: number): string {
  return score > 0 ? `+${score}` : String(score).replace('-', '−')
}

type Coded = PloverType | `${PloverType}/${PloverMode}`

const VERBS: Readonly<Record<PloverType, string>> & Readonly<Partial<Record<Coded, string>>> = {
  AGREE: 'agrees',
  CONSULT: 'meets',
  'CONSULT/VISIT': 'visits',
  'CONSULT/THIRD_PARTY': 'mediates',
  'CONSULT/PHONE': 'telephones',
  SUPPORT: 'supports',
  CONCEDE: 'concedes',
  COOPERATE: 'cooperates',
  AID: 'gives aid',
  RETREAT: 'gives way',
  'RETREAT/WITHDRAW': 'withdraws',
  'RETREAT/RELEASE': 'releases',
  'RETREAT/DISARM': 'disarms',
  'RETREAT/CEASEFIRE': 'ceases fire',
  'RETREAT/ACCESS': 'gives access',
  'RETREAT/RESIGN': 'resigns',
  REQUEST: 'asks',
  'REQUEST/ASSIST': 'asks for help',
  'REQUEST/CHANGE': 'demands change',
  'REQUEST/YIELD': 'demands',
  'REQUEST/MEET': 'asks to meet',
  ACCUSE: 'accuses',
  'ACCUSE/DISAPPROVE': 'criticises',
  'ACCUSE/INVESTIGATE': 'investigates',
  'ACCUSE/ALLEGE': 'charges',
  REJECT: 'refuses',
  THREATEN: 'threatens',
  PROTEST: 'protests',
  'PROTEST/RIOT': 'riots',
  'PROTEST/STRIKE': 'strikes',
  'PROTEST/BOYCOTT': 'boycotts',
  'PROTEST/OBSTRUCT': 'obstructs',
  SANCTION: 'sanctions',
  'SANCTION/CONVICT': 'convicts',
  'SANCTION/EXPEL': 'expels',
  'SANCTION/WITHDRAW': 'recalls',
  'SANCTION/DISCONTINUE': 'breaks off',
  MOBILIZE: 'mobilises',
  COERCE: 'coerces',
  'COERCE/SEIZE': 'seizes',
  'COERCE/RESTRICT': 'restricts',
  'COERCE/CENSOR': 'censors',
  'COERCE/CURFEW': 'imposes a curfew',
  'COERCE/MARTIAL_LAW': 'declares martial law',
  'COERCE/ARREST': 'arrests',
  'COERCE/DEPORT': 'deports',
  'COERCE/WITHHOLD': 'withholds',
  'COERCE/MISINFORMATION': 'misinforms',
  'COERCE/CYBER': 'attacks by computer',
  ASSAULT: 'attacks',
  'ASSAULT/ABDUCT': 'abducts',
}
