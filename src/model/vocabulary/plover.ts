import { vocabulary, type ValueOf } from './vocabulary.ts'

/** The name of the scale on which every score below stands: −10, most conflictual, to 10, most cooperative. */
export const PLOVER_SCALE = 'PLOVER 2.0'

export const QuadClass = vocabulary(
  'QuadClass',
  'The four classes into which event data sorts conflict and cooperation, by word and by deed. It follows from the PLOVER type.',
  {
    VERBAL_COOPERATION: 'Words that bring the parties closer: agreeing, meeting, supporting, conceding.',
    MATERIAL_COOPERATION: 'Deeds that bring the parties closer: working together, helping, drawing back.',
    VERBAL_CONFLICT: 'Words that set the parties apart: requesting, accusing, refusing, threatening.',
    MATERIAL_CONFLICT: 'Deeds that set the parties apart: protesting, sanctioning, mobilising, coercing, attacking.',
  },
)
export type QuadClass = ValueOf<typeof QuadClass>

interface PloverEntry {
  readonly quadClass: QuadClass
  /** Counts where no mode is coded. */
  readonly score: number
  readonly needsRecipient: boolean
  /** The modes a coding of this type may have, each with its score. */
  readonly modes: Readonly<Record<string, number>>
}

/**
 * PLOVER 2.0's event types. Where its manual contradicts itself or is silent: SANCTION is material conflict, ACCUSE scores −3, and
 * PROTEST's VANDALIZE has its type's score.
 */
export const PLOVER = {
  AGREE: { quadClass: 'VERBAL_COOPERATION', score: 2.5, needsRecipient: false, modes: {} },
  CONSULT: {
    quadClass: 'VERBAL_COOPERATION',
    score: 2.5,
    needsRecipient: false,
    modes: { VISIT: 4, THIRD_PARTY: 1, MULTILATERAL: 4, PHONE: 1.5 },
  },
  SUPPORT: { quadClass: 'VERBAL_COOPERATION', score: 5, needsRecipient: false, modes: {} },
  CONCEDE: { quadClass: 'VERBAL_COOPERATION', score: 4.5, needsRecipient: false, modes: {} },
  COOPERATE: { quadClass: 'MATERIAL_COOPERATION', score: 9.5, needsRecipient: true, modes: {} },
  AID: { quadClass: 'MATERIAL_COOPERATION', score: 10, needsRecipient: true, modes: {} },
  RETREAT: {
    quadClass: 'MATERIAL_COOPERATION',
    score: 6.5,
    needsRecipient: false,
    modes: { WITHDRAW: 8, RELEASE: 6.5, DISARM: 10, CEASEFIRE: 7.5, ACCESS: 6.5, RESIGN: 4.5 },
  },
  REQUEST: {
    quadClass: 'VERBAL_CONFLICT',
    score: 0,
    needsRecipient: false,
    modes: { ASSIST: 0.5, CHANGE: -1, YIELD: -1, MEET: 0 },
  },
  ACCUSE: {
    quadClass: 'VERBAL_CONFLICT',
    score: -3,
    needsRecipient: false,
    modes: { DISAPPROVE: -2, INVESTIGATE: -3.5, ALLEGE: -3.5 },
  },
  REJECT: {
    quadClass: 'VERBAL_CONFLICT',
    score: -2,
    needsRecipient: false,
    modes: { ASSIST: -1.5, CHANGE: -2, YIELD: -2, MEET: -2 },
  },
  THREATEN: {
    quadClass: 'VERBAL_CONFLICT',
    score: -3.5,
    needsRecipient: false,
    modes: { RESTRICT: -3, ARREST: -3.5, RELATIONS: -3.5, EXPEL: -3.5, TERRITORY: -4, VIOLENCE: -3.5 },
  },
  PROTEST: {
    quadClass: 'MATERIAL_CONFLICT',
    score: -5,
    needsRecipient: false,
    modes: { DEMO: -5, RIOT: -7, STRIKE: -5, HUNGER: -4.5, BOYCOTT: -4.5, OBSTRUCT: -4.5, VANDALIZE: -5 },
  },
  SANCTION: {
    quadClass: 'MATERIAL_CONFLICT',
    score: -6,
    needsRecipient: true,
    modes: { CONVICT: -6, EXPEL: -5.5, WITHDRAW: -6, DISCONTINUE: -6 },
  },
  MOBILIZE: {
    quadClass: 'MATERIAL_CONFLICT',
    score: -5.5,
    needsRecipient: false,
    modes: { TROOPS: -6.5, WEAPONS: -6.5, POLICE: -5.5, MILITIA: -6 },
  },
  COERCE: {
    quadClass: 'MATERIAL_CONFLICT',
    score: -7,
    needsRecipient: false,
    modes: {
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
    },
  },
  ASSAULT: {
    quadClass: 'MATERIAL_CONFLICT',
    score: -9,
    needsRecipient: false,
    modes: {
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
    },
  },
} as const satisfies Record<string, PloverEntry>

export type PloverType = keyof typeof PLOVER

type ModeOf<Type extends PloverType> = Type extends PloverType ? keyof (typeof PLOVER)[Type]['modes'] : never
export type PloverMode = ModeOf<PloverType>

export function quadClassOf(type: PloverType): QuadClass {
  return PLOVER[type].quadClass
}

export function needsRecipient(type: PloverType): boolean {
  return PLOVER[type].needsRecipient
}

/** In the table's order; empty for a type without modes. */
export function modesOf(type: PloverType): readonly PloverMode[] {
  return Object.keys(PLOVER[type].modes).filter((mode) => PloverMode.has(mode))
}

/**
 * On {@link PLOVER_SCALE}. Of several modes the score farthest from zero counts, and of two equally far the negative one; without modes,
 * the type's own. A mode that the type does not have is passed over.
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
  'What somebody did, after PLOVER 2.0. A plain assertion or denial has no type: statements have acts and positions instead.',
  {
    AGREE: 'Agrees, offers or promises to cooperate, none of it yet done.',
    CONSULT: 'Meets, visits, calls or negotiates.',
    SUPPORT: 'Backs, praises or recognises someone, opens or improves relations, or signs or ratifies an agreement.',
    CONCEDE: 'Gives way in words: regrets, apologises, pardons, eases restrictions or declares a ceasefire.',
    COOPERATE: 'Works or exchanges with another to the good of both, in the economy, defence, justice or intelligence.',
    AID: 'Gives money, goods, arms, relief or asylum, chiefly to the good of the recipient.',
    RETREAT: 'Gives way in deeds: pulls back, frees captives, returns property, lays down arms or steps down.',
    REQUEST: 'Asks, appeals, demands or orders that something be done.',
    ACCUSE: 'Criticises, complains, charges with wrongdoing, sues or investigates.',
    REJECT: 'Refuses a request, a demand, a proposal or an offer; calling something untrue is not coded.',
    THREATEN: 'Threatens with harm or disadvantage, or warns of it in a way meant to force.',
    PROTEST: 'Civilians act together in public against someone or something; a state’s note of protest is ACCUSE.',
    SANCTION:
      'Reduces, halts or ends relations, aid, trade or someone’s presence; a court’s finding of guilt or liability counts too.',
    MOBILIZE: 'Moves or readies forces without using them.',
    COERCE: 'Restricts the rights, the freedom or the property of persons or groups by power short of violence.',
    ASSAULT: 'Uses violence on purpose; what was hit by accident has no code.',
  } satisfies Record<PloverType, string>,
)

export const PloverMode = vocabulary(
  'PloverMode',
  'How somebody did it, after PLOVER 2.0. A mode belongs to one or more types, and its score depends on the type.',
  {
    VISIT: 'CONSULT: the initiator is received by the recipient.',
    THIRD_PARTY: 'CONSULT: a third party hosts or mediates.',
    MULTILATERAL: 'CONSULT: at a meeting of many, such as a summit; two who meet beside one are not this.',
    PHONE: 'CONSULT: by telephone, video or another means from afar.',
    WITHDRAW:
      'RETREAT: pulls forces back or leaves territory; SANCTION: withdraws itself, its staff or its help from a body or country.',
    RELEASE: 'RETREAT: frees captives or prisoners.',
    DISARM: 'RETREAT: gives up weapons or demobilises.',
    CEASEFIRE: 'RETREAT: keeps a ceasefire, which to declare is CONCEDE.',
    ACCESS: 'RETREAT: lets in observers, inspectors, peacekeepers or relief workers.',
    RESIGN: 'RETREAT: leaves office.',
    ASSIST: 'REQUEST: asks for aid, exchange or cooperation; REJECT: refuses it.',
    CHANGE: 'REQUEST: asks that a policy, a government or an institution change; REJECT: refuses to change it.',
    YIELD:
      'REQUEST: asks for a concession, such as a release, redress, an end to restrictions or a ceasefire; REJECT: refuses to make it.',
    MEET: 'REQUEST: asks for talks or mediation; REJECT: refuses them.',
    DISAPPROVE: 'ACCUSE: criticises or condemns, without charging with a particular wrong.',
    INVESTIGATE: 'ACCUSE: inquires into what someone did; a neutral inquiry has no recipient.',
    ALLEGE: 'ACCUSE: charges with a particular wrong, in court or out of it.',
    RESTRICT: 'THREATEN: threatens to restrict the movement of people or goods, or freedoms; COERCE: restricts them.',
    ARREST: 'THREATEN: threatens with arrest or imprisonment; COERCE: arrests, detains or charges.',
    RELATIONS: 'THREATEN: with breaking off or reducing relations or talks.',
    EXPEL:
      'THREATEN: threatens to send diplomats, agencies or members away; SANCTION: does so; ordinary people sent out of a country are DEPORT.',
    TERRITORY: 'THREATEN: with occupying or taking territory.',
    VIOLENCE: 'THREATEN: with force against persons or property.',
    DEMO: 'PROTEST: demonstrates, largely in peace.',
    RIOT: 'PROTEST: turns on persons or property with violence, as a crowd.',
    STRIKE: 'PROTEST: stops work.',
    HUNGER: 'PROTEST: refuses food.',
    BOYCOTT: 'PROTEST: refuses to buy, vote or take part.',
    OBSTRUCT: 'PROTEST: blocks passage or occupies a place.',
    VANDALIZE: 'PROTEST: damages or defaces property, short of a riot.',
    CONVICT: 'SANCTION: a court finds someone guilty or liable.',
    DISCONTINUE: 'SANCTION: reduces or ends exchange, trade, aid, talks or events in any other way.',
    TROOPS: 'MOBILIZE: moves or readies soldiers or units.',
    WEAPONS: 'MOBILIZE: deploys, tests or readies weapon systems.',
    POLICE: 'MOBILIZE: deploys or readies police or security forces.',
    MILITIA: 'MOBILIZE: raises or moves armed groups outside the regular forces.',
    SEIZE: 'COERCE: takes or confiscates property or premises.',
    CENSOR: 'COERCE: bans or hinders publications, broadcasts or the work of the press.',
    CURFEW: 'COERCE: forbids being out of doors at certain hours.',
    MARTIAL_LAW: 'COERCE: imposes a state of emergency or military rule.',
    DEPORT: 'COERCE: removes ordinary people from a country; diplomats and agencies are EXPEL.',
    WITHHOLD: 'COERCE: cuts people off from power, water, networks, food or medicine.',
    MISINFORMATION: 'COERCE: spreads falsehood on purpose to weaken or steer others.',
    CYBER: 'COERCE: intrudes upon, blocks or damages computer systems.',
    ABDUCT: 'ASSAULT: kidnaps, hijacks or takes hostage.',
    BEAT: 'ASSAULT: uses bodily force, without weapons.',
    TORTURE: 'ASSAULT: inflicts pain on someone in its power.',
    SEXUAL: 'ASSAULT: commits sexual violence.',
    TARGETED: 'ASSAULT: kills or tries to kill a chosen person, with whatever weapon.',
    DESTROY: 'ASSAULT: wrecks property by force.',
    PRIMITIVE: 'ASSAULT: with fire, blades, stones or tools.',
    FIREARMS: 'ASSAULT: with pistols, rifles or light machine guns.',
    EXPLOSIVES: 'ASSAULT: with mines, bombs or other charges that no heavy weapon fires.',
    SUICIDE_ATTACK: 'ASSAULT: the attacker means to die by it.',
    AERIAL: 'ASSAULT: from manned aircraft.',
    DRONE: 'ASSAULT: from or with unmanned aircraft.',
    HEAVY_WEAPONS: 'ASSAULT: with artillery, armour, rockets or missiles, those fired at aircraft included.',
    CROWD_CONTROL: 'ASSAULT: with tear gas, water cannon, rubber bullets and the like.',
    UNCONVENTIONAL: 'ASSAULT: with chemical, biological, radiological or nuclear weapons.',
  } satisfies Record<PloverMode, string>,
)

export const PloverContext = vocabulary(
  'PloverContext',
  'What a coded event is about, after PLOVER 2.0. An event may have several contexts, or none.',
  {
    MILITARY: 'Armed forces, defence, weapons and their use.',
    INTELLIGENCE: 'Espionage, surveillance and what secret services do.',
    EXECUTIVE: 'Heads of state and government, cabinets and their ministries.',
    LEGISLATIVE: 'Parliaments, their debates, coalitions and laws in the making.',
    ELECTION: 'Elections, referendums and campaigns.',
    POLITICAL_INSTITUTIONS: 'The constitution, the branches of government and the norms between them.',
    PRO_DEMOCRACY: 'Efforts towards democracy, or in its defence.',
    PRO_AUTOCRACY: 'Efforts towards one-man or one-party rule, or the weakening of checks on it.',
    ECONOMIC: 'Trade, finance, industry and development.',
    LEGAL: 'Law, courts and proceedings, human rights apart.',
    REPARATIONS: 'Redress for past wrongs: compensation, restitution, apology.',
    HUMAN_RIGHTS: 'Human rights, named as such, and their violation.',
    RIGHTS_FREEDOMS: 'Political and civil rights: speech, press, assembly, vote.',
    REPRESSION: 'A state’s use of its power to hold down opposition or a population.',
    HUMAN_SECURITY: 'People’s access to food, water, housing, energy or land.',
    GENDER: 'Equality between women and men, and discrimination or violence on account of gender.',
    LGBT: 'Lesbian, gay, bisexual and transgender people and their rights.',
    RELIGION_ETHNICITY: 'Religious or ethnic communities and relations between them.',
    INEQUALITY: 'Unequal wealth, income or opportunity.',
    DIPLOMATIC: 'Relations between states and the people and missions that conduct them.',
    TERRITORY: 'Borders, sovereignty over land or sea, and secession.',
    PEACEKEEPING: 'Peace operations, their mandates and their troops.',
    HEALTH: 'Disease, epidemics, medicine and care.',
    ASYLUM: 'Refuge from persecution, sought, granted or refused.',
    MIGRATION: 'People on the move or displaced, and rules on entry and stay, asylum apart.',
    DISASTERS: 'Natural and man-made disasters, accidents and relief after them.',
    NATURAL_RESOURCE: 'Oil, gas, minerals, water, forests and fisheries as things to be had.',
    ENVIRONMENT: 'Climate, pollution and conservation.',
    TECHNOLOGY: 'Research, space, communications and their control.',
    TERRORISM: 'Terrorist acts and groups, and action against them.',
    CBRN: 'Chemical, biological, radiological or nuclear weapons and materials.',
    CYBER: 'Attacks on, through or in defence of computer networks.',
    MISINFORMATION: 'Falsehoods spread, or said to be spread, and propaganda.',
    CRIME: 'Crime and its prosecution, where no narrower context fits.',
    CORRUPTION: 'Public office misused for private gain.',
    ILLEGAL_DRUGS: 'Making, trading or possessing illegal drugs.',
    TRAFFICKING: 'Smuggling and trade in people, arms or other forbidden goods.',
  },
)
export type PloverContext = ValueOf<typeof PloverContext>

export const CodingAuxiliary = vocabulary(
  'CodingAuxiliary',
  'What keeps a coded event from having happened when the development did, after PLOVER 2.0. Such a coding is kept and never summed.',
  {
    FUTURE: 'It is planned, announced or expected, and has not happened.',
    HYPOTHETICAL: 'It is spoken of as possible or conditional.',
    HISTORICAL: 'It happened long before, and is recalled rather than reported.',
  },
)
export type CodingAuxiliary = ValueOf<typeof CodingAuxiliary>
