import { vocabulary, type ValueOf } from './vocabulary.ts'

/** The scale of every score below: −10 is the most conflictual, 10 the most cooperative. */
export const PLOVER_SCALE = 'PLOVER 2.0'

export const QuadClass = vocabulary(
  'QuadClass',
  'The four classes of event data: conflict or cooperation, in words or in deeds. The class follows from the PLOVER type.',
  {
    VERBAL_COOPERATION: 'Words that bring the parties closer: agreeing, meeting, supporting, conceding.',
    MATERIAL_COOPERATION: 'Deeds that bring the parties closer: working together, helping, withdrawing.',
    VERBAL_CONFLICT: 'Words that drive the parties apart: requesting, accusing, refusing, threatening.',
    MATERIAL_CONFLICT: 'Deeds that drive the parties apart: protesting, sanctioning, mobilising, coercing, attacking.',
  },
)
export type QuadClass = ValueOf<typeof QuadClass>

/**
 * The event types of PLOVER 2.0: class, the score without a mode, and the modes with their scores. Where its manual contradicts itself or
 * is silent, SANCTION is material conflict, ACCUSE scores −3, and VANDALIZE has the score of its type, PROTEST.
 */
export const PLOVER = {
  AGREE: entry('VERBAL_COOPERATION', 2.5, {}),
  CONSULT: entry('VERBAL_COOPERATION', 2.5, { VISIT: 4, THIRD_PARTY: 1, MULTILATERAL: 4, PHONE: 1.5 }),
  SUPPORT: entry('VERBAL_COOPERATION', 5, {}),
  CONCEDE: entry('VERBAL_COOPERATION', 4.5, {}),
  COOPERATE: entry('MATERIAL_COOPERATION', 9.5, {}),
  AID: entry('MATERIAL_COOPERATION', 10, {}),
  RETREAT: entry('MATERIAL_COOPERATION', 6.5, {
    WITHDRAW: 8,
    RELEASE: 6.5,
    DISARM: 10,
    CEASEFIRE: 7.5,
    ACCESS: 6.5,
    RESIGN: 4.5,
  }),
  REQUEST: entry('VERBAL_CONFLICT', 0, { ASSIST: 0.5, CHANGE: -1, YIELD: -1, MEET: 0 }),
  ACCUSE: entry('VERBAL_CONFLICT', -3, { DISAPPROVE: -2, INVESTIGATE: -3.5, ALLEGE: -3.5 }),
  REJECT: entry('VERBAL_CONFLICT', -2, { ASSIST: -1.5, CHANGE: -2, YIELD: -2, MEET: -2 }),
  THREATEN: entry('VERBAL_CONFLICT', -3.5, {
    RESTRICT: -3,
    ARREST: -3.5,
    RELATIONS: -3.5,
    EXPEL: -3.5,
    TERRITORY: -4,
    VIOLENCE: -3.5,
  }),
  PROTEST: entry('MATERIAL_CONFLICT', -5, {
    DEMO: -5,
    RIOT: -7,
    STRIKE: -5,
    HUNGER: -4.5,
    BOYCOTT: -4.5,
    OBSTRUCT: -4.5,
    VANDALIZE: -5,
  }),
  SANCTION: entry('MATERIAL_CONFLICT', -6, { CONVICT: -6, EXPEL: -5.5, WITHDRAW: -6, DISCONTINUE: -6 }),
  MOBILIZE: entry('MATERIAL_CONFLICT', -5.5, { TROOPS: -6.5, WEAPONS: -6.5, POLICE: -5.5, MILITIA: -6 }),
  COERCE: entry('MATERIAL_CONFLICT', -7, {
    SEIZE: -7,
    RESTRICT: -7,
    CENSOR: -6.5,
    CURFEW: -6.5,
    MARTIAL_LAW: -7.5,
    ARREST: -7,
    DEPORT: -7,
    WITHHOLD: -7,
    MISINFORMATION: -6.5,
    CYBER: -7,
  }),
  ASSAULT: entry('MATERIAL_CONFLICT', -9, {
    ABDUCT: -8.5,
    BEAT: -7.5,
    TORTURE: -8.5,
    SEXUAL: -8.5,
    TARGETED: -9.5,
    DESTROY: -8.5,
    PRIMITIVE: -8,
    FIREARMS: -9,
    EXPLOSIVES: -9,
    SUICIDE_ATTACK: -9.5,
    AERIAL: -9.5,
    DRONE: -9.5,
    HEAVY_WEAPONS: -9.5,
    CROWD_CONTROL: -7.5,
    UNCONVENTIONAL: -10,
  }),
} as const

function entry<const Modes extends Readonly<Record<string, number>>>(
  quadClass: QuadClass,
  score: number,
  modes: Modes,
) {
  return { quadClass, score, modes }
}

const NEEDS_RECIPIENT: ReadonlySet<PloverType> = new Set<PloverType>(['COOPERATE', 'AID', 'SANCTION'])

export type PloverType = keyof typeof PLOVER

type ModeOf<Type extends PloverType> = Type extends PloverType ? keyof (typeof PLOVER)[Type]['modes'] : never
export type PloverMode = ModeOf<PloverType>

export function quadClassOf(type: PloverType): QuadClass {
  return PLOVER[type].quadClass
}

export function needsRecipient(type: PloverType): boolean {
  return NEEDS_RECIPIENT.has(type)
}

/** The modes of a type, in the order of the table. */
export function modesOf(type: PloverType): readonly PloverMode[] {
  return Object.keys(PLOVER[type].modes).filter((mode) => PloverMode.has(mode))
}

/**
 * The score on {@link PLOVER_SCALE}: of several modes, the score farthest from zero, and the negative one of two that are equally far;
 * without modes, the score of the type. Modes that the type does not have are ignored.
 */
export function scoreOf(type: PloverType, modes: readonly PloverMode[]): number {
  const scores: Readonly<Partial<Record<PloverMode, number>>> = PLOVER[type].modes
  const given = modes.map((mode) => scores[mode]).filter((score) => score !== undefined)
  return given.length === 0 ? PLOVER[type].score : given.reduce(fartherFromZero)
}

function fartherFromZero(a: number, b: number): number {
  if (Math.abs(a) === Math.abs(b)) return Math.min(a, b)
  return Math.abs(a) > Math.abs(b) ? a : b
}

export const PloverType = vocabulary(
  'PloverType',
  'What somebody did, following PLOVER 2.0. A plain assertion or denial has no type: statements have acts and positions instead.',
  {
    AGREE: 'Agrees, offers or promises to cooperate, with nothing done yet.',
    CONSULT: 'Meets, visits, calls or negotiates.',
    SUPPORT: 'Supports, praises or recognises someone, opens or improves relations, or signs or ratifies an agreement.',
    CONCEDE: 'Yields in words: expresses regret, apologises, pardons, eases restrictions or declares a ceasefire.',
    COOPERATE: 'Cooperates to mutual benefit, in the economy, defence, justice or intelligence.',
    AID: 'Gives money, goods, arms, relief or asylum, mainly for the benefit of the recipient.',
    RETREAT: 'Yields in deeds: withdraws, frees captives, returns property, disarms or resigns.',
    REQUEST: 'Asks, appeals, demands or orders that something be done.',
    ACCUSE: 'Criticises, complains, accuses of wrongdoing, sues or investigates.',
    REJECT: 'Refuses a request, a demand, a proposal or an offer (calling something untrue is not coded).',
    THREATEN: 'Threatens harm or disadvantage, or warns of it coercively.',
    PROTEST: 'Civilians protest publicly and collectively (a state’s note of protest is ACCUSE).',
    SANCTION:
      'Reduces, halts or ends relations, aid, trade or someone’s presence, or a court finds guilt or liability.',
    MOBILIZE: 'Moves or prepares forces without using them.',
    COERCE: 'Restricts the rights, freedom or property of persons or groups by means short of violence.',
    ASSAULT: 'Uses violence deliberately (accidental hits are not coded).',
  } satisfies Record<PloverType, string>,
)

export const PloverMode = vocabulary(
  'PloverMode',
  'How somebody did it, following PLOVER 2.0. A mode belongs to one or more types, and its score depends on the type.',
  {
    VISIT: 'CONSULT: the initiator is received by the recipient.',
    THIRD_PARTY: 'CONSULT: a third party hosts or mediates.',
    MULTILATERAL:
      'CONSULT: at a multilateral meeting, such as a summit (a bilateral meeting on its margins does not count).',
    PHONE: 'CONSULT: by telephone, video or other remote means.',
    WITHDRAW:
      'RETREAT: withdraws forces or leaves territory; SANCTION: withdraws itself, its staff or its help from a body or country.',
    RELEASE: 'RETREAT: frees captives or prisoners.',
    DISARM: 'RETREAT: gives up weapons or demobilises.',
    CEASEFIRE: 'RETREAT: observes a ceasefire (declaring one is CONCEDE).',
    ACCESS: 'RETREAT: admits observers, inspectors, peacekeepers or relief workers.',
    RESIGN: 'RETREAT: leaves office.',
    ASSIST: 'REQUEST: asks for aid, exchange or cooperation; REJECT: refuses it.',
    CHANGE: 'REQUEST: asks that a policy, a government or an institution change; REJECT: refuses to change it.',
    YIELD:
      'REQUEST: asks for a concession, such as a release, redress, an end to restrictions or a ceasefire; REJECT: refuses to make it.',
    MEET: 'REQUEST: asks for talks or mediation; REJECT: refuses them.',
    DISAPPROVE: 'ACCUSE: criticises or condemns without alleging a specific wrong.',
    INVESTIGATE: 'ACCUSE: investigates what someone did (a neutral investigation has no recipient).',
    ALLEGE: 'ACCUSE: alleges a specific wrong, in or out of court.',
    RESTRICT: 'THREATEN: threatens to restrict the movement of people or goods, or freedoms; COERCE: restricts them.',
    ARREST: 'THREATEN: threatens arrest or imprisonment; COERCE: arrests, detains or charges.',
    RELATIONS: 'THREATEN: threatens to break off or reduce relations or talks.',
    EXPEL:
      'THREATEN: threatens to expel diplomats, agencies or members; SANCTION: expels them (for other people, see DEPORT).',
    TERRITORY: 'THREATEN: threatens to occupy or take territory.',
    VIOLENCE: 'THREATEN: threatens force against persons or property.',
    DEMO: 'PROTEST: demonstrates, mostly peacefully.',
    RIOT: 'PROTEST: attacks persons or property as a crowd.',
    STRIKE: 'PROTEST: stops work.',
    HUNGER: 'PROTEST: refuses food.',
    BOYCOTT: 'PROTEST: refuses to buy, vote or take part.',
    OBSTRUCT: 'PROTEST: blocks passage or occupies a place.',
    VANDALIZE: 'PROTEST: damages or defaces property, short of a riot.',
    CONVICT: 'SANCTION: a court finds someone guilty or liable.',
    DISCONTINUE: 'SANCTION: reduces or ends exchanges, trade, aid, talks or events in any other way.',
    TROOPS: 'MOBILIZE: moves or prepares soldiers or units.',
    WEAPONS: 'MOBILIZE: deploys, tests or prepares weapon systems.',
    POLICE: 'MOBILIZE: deploys or prepares police or security forces.',
    MILITIA: 'MOBILIZE: raises or moves irregular armed groups.',
    SEIZE: 'COERCE: takes or confiscates property or premises.',
    CENSOR: 'COERCE: bans or hinders publications, broadcasts or the work of the press.',
    CURFEW: 'COERCE: bans being outdoors at certain hours.',
    MARTIAL_LAW: 'COERCE: imposes a state of emergency or military rule.',
    DEPORT: 'COERCE: removes people from a country (for diplomats and agencies, see EXPEL).',
    WITHHOLD: 'COERCE: cuts people off from power, water, networks, food or medicine.',
    MISINFORMATION: 'COERCE: deliberately spreads falsehoods to weaken or manipulate others.',
    CYBER: 'COERCE: intrudes into, blocks or damages computer systems.',
    ABDUCT: 'ASSAULT: kidnaps, hijacks or takes hostage.',
    BEAT: 'ASSAULT: uses physical force without weapons.',
    TORTURE: 'ASSAULT: inflicts pain on someone in its power.',
    SEXUAL: 'ASSAULT: commits sexual violence.',
    TARGETED: 'ASSAULT: kills or tries to kill a chosen person, with any weapon.',
    DESTROY: 'ASSAULT: destroys property by force.',
    PRIMITIVE: 'ASSAULT: with fire, blades, stones or tools.',
    FIREARMS: 'ASSAULT: with pistols, rifles or light machine guns.',
    EXPLOSIVES: 'ASSAULT: with mines, bombs or other explosives not fired by heavy weapons.',
    SUICIDE_ATTACK: 'ASSAULT: the attacker intends to die in it.',
    AERIAL: 'ASSAULT: from manned aircraft.',
    DRONE: 'ASSAULT: from or with unmanned aircraft.',
    HEAVY_WEAPONS: 'ASSAULT: with artillery, armour, rockets or missiles, including those fired at aircraft.',
    CROWD_CONTROL: 'ASSAULT: with tear gas, water cannon, rubber bullets and the like.',
    UNCONVENTIONAL: 'ASSAULT: with chemical, biological, radiological or nuclear weapons.',
  } satisfies Record<PloverMode, string>,
)

export const PloverContext = vocabulary(
  'PloverContext',
  'What a coded event is about, following PLOVER 2.0. An event may have several contexts, or none.',
  {
    MILITARY: 'Armed forces, defence, weapons and their use.',
    INTELLIGENCE: 'Espionage, surveillance and the work of secret services.',
    EXECUTIVE: 'Heads of state and government, cabinets and their ministries.',
    LEGISLATIVE: 'Parliaments, their debates, coalitions and legislation.',
    ELECTION: 'Elections, referendums and campaigns.',
    POLITICAL_INSTITUTIONS: 'The constitution, the branches of government and the norms between them.',
    PRO_DEMOCRACY: 'Efforts to establish or defend democracy.',
    PRO_AUTOCRACY: 'Efforts to establish autocratic or one-party rule, or to weaken checks on power.',
    ECONOMIC: 'Trade, finance, industry and development.',
    LEGAL: 'Law, courts and proceedings, except human rights.',
    REPARATIONS: 'Redress for past wrongs: compensation, restitution, apology.',
    HUMAN_RIGHTS: 'Human rights, mentioned as such, and their violation.',
    RIGHTS_FREEDOMS: 'Political and civil rights: speech, press, assembly, vote.',
    REPRESSION: 'A state’s use of its power to suppress opposition or a population.',
    HUMAN_SECURITY: 'People’s access to food, water, housing, energy or land.',
    GENDER: 'Equality between women and men, and discrimination or violence based on gender.',
    LGBT: 'Lesbian, gay, bisexual and transgender people and their rights.',
    RELIGION_ETHNICITY: 'Religious or ethnic communities and relations between them.',
    INEQUALITY: 'Unequal wealth, income or opportunity.',
    DIPLOMATIC: 'Relations between states and the people and missions that conduct them.',
    TERRITORY: 'Borders, sovereignty over land or sea, and secession.',
    PEACEKEEPING: 'Peace operations, their mandates and their troops.',
    HEALTH: 'Disease, epidemics, medicine and care.',
    ASYLUM: 'Protection from persecution, sought, granted or refused.',
    MIGRATION: 'Migrants, displaced people, and rules on entry and residence, except asylum.',
    DISASTERS: 'Natural and man-made disasters, accidents and relief after them.',
    NATURAL_RESOURCE: 'Oil, gas, minerals, water, forests and fisheries as resources.',
    ENVIRONMENT: 'Climate, pollution and conservation.',
    TECHNOLOGY: 'Research, space and communications, and their regulation.',
    TERRORISM: 'Terrorist acts and groups, and action against them.',
    CBRN: 'Chemical, biological, radiological or nuclear weapons and materials.',
    CYBER: 'Attacks on, through or in defence of computer networks.',
    MISINFORMATION: 'Disinformation, alleged or real, and propaganda.',
    CRIME: 'Crime and its prosecution, if no narrower context fits.',
    CORRUPTION: 'Misuse of public office for private gain.',
    ILLEGAL_DRUGS: 'Production, trade or possession of illegal drugs.',
    TRAFFICKING: 'Smuggling and trade in people, arms or other forbidden goods.',
  },
)
export type PloverContext = ValueOf<typeof PloverContext>

export const CodingAuxiliary = vocabulary(
  'CodingAuxiliary',
  'Marks a coded event that did not happen when the development did, following PLOVER 2.0. Codings with an auxiliary are kept and never counted in scores.',
  {
    FUTURE: 'Planned, announced or expected, and not yet happened.',
    HYPOTHETICAL: 'Mentioned as possible or conditional.',
    HISTORICAL: 'Happened long before, and is recalled rather than reported.',
  },
)
export type CodingAuxiliary = ValueOf<typeof CodingAuxiliary>
