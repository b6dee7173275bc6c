import { describe, expect, it } from 'vitest'
import * as plover from '../../src/model/vocabulary/plover.ts'
import * as actor from '../../src/model/vocabulary/actor.ts'
import * as claim from '../../src/model/vocabulary/claim.ts'
import * as date from '../../src/model/dates/edtf.ts'
import * as demand from '../../src/model/vocabulary/demand.ts'
import * as development from '../../src/model/vocabulary/development.ts'
import * as measure from '../../src/model/vocabulary/measure.ts'
import * as service from '../../src/model/vocabulary/service.ts'
import * as source from '../../src/model/vocabulary/source.ts'
import * as statement from '../../src/model/vocabulary/statement.ts'
import { fromKebab, toKebab, type Vocabulary } from '../../src/model/vocabulary/vocabulary.ts'

/** Every vocabulary and its values, written out again. */
const expected = {
  DevelopmentKind: 'EVENT STATEMENT MEASURE',
  DatePrecision: 'INSTANT DAY MONTH YEAR INTERVAL',
  DateReading: 'SPAN WITHIN',
  EvidentialStatus:
    'FOUND_BY_COURT FOUND_BY_INVESTIGATION ACKNOWLEDGED ESTABLISHED REPORTED ALLEGED UNVERIFIED CONTESTED',
  Reliability: 'COMPLETELY_RELIABLE USUALLY_RELIABLE FAIRLY_RELIABLE NOT_USUALLY_RELIABLE UNRELIABLE CANNOT_BE_JUDGED',
  Credibility: 'CONFIRMED PROBABLY_TRUE POSSIBLY_TRUE DOUBTFUL IMPROBABLE CANNOT_BE_JUDGED',
  ParticipantRole:
    'PARTICIPANT SUBJECT HOST VISITOR MEDIATOR INVESTIGATOR AFFECTED PUBLISHER BENEFICIARY SPEAKER ON_BEHALF_OF ADDRESSEE IMPOSED_BY TARGET',
  CodingAuxiliary: 'FUTURE HYPOTHETICAL HISTORICAL',
  QuadClass: 'VERBAL_COOPERATION MATERIAL_COOPERATION VERBAL_CONFLICT MATERIAL_CONFLICT',
  PloverType:
    'AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT',
  PloverMode: `VISIT THIRD_PARTY MULTILATERAL PHONE WITHDRAW RELEASE DISARM CEASEFIRE ACCESS RESIGN ASSIST CHANGE YIELD MEET
    DISAPPROVE INVESTIGATE ALLEGE RESTRICT ARREST RELATIONS EXPEL TERRITORY VIOLENCE DEMO RIOT STRIKE HUNGER BOYCOTT OBSTRUCT
    VANDALIZE CONVICT DISCONTINUE TROOPS WEAPONS POLICE MILITIA SEIZE CENSOR CURFEW MARTIAL_LAW DEPORT WITHHOLD MISINFORMATION
    CYBER ABDUCT BEAT TORTURE SEXUAL TARGETED DESTROY PRIMITIVE FIREARMS EXPLOSIVES SUICIDE_ATTACK AERIAL DRONE HEAVY_WEAPONS
    CROWD_CONTROL UNCONVENTIONAL`,
  PloverContext: `MILITARY INTELLIGENCE EXECUTIVE LEGISLATIVE ELECTION POLITICAL_INSTITUTIONS PRO_DEMOCRACY PRO_AUTOCRACY ECONOMIC
    LEGAL REPARATIONS HUMAN_RIGHTS RIGHTS_FREEDOMS REPRESSION HUMAN_SECURITY GENDER LGBT RELIGION_ETHNICITY INEQUALITY DIPLOMATIC
    TERRITORY PEACEKEEPING HEALTH ASYLUM MIGRATION DISASTERS NATURAL_RESOURCE ENVIRONMENT TECHNOLOGY TERRORISM CBRN CYBER
    MISINFORMATION CRIME CORRUPTION ILLEGAL_DRUGS TRAFFICKING`,
  FigureQuantity: 'ABOARD KILLED INJURED SURVIVED DETAINED EVACUATED EXPELLED PROJECTILES AMOUNT AREA COUNT OTHER',
  BearingKind: 'SUPPORTS UNDERMINES FINDS LEAVES_OPEN',
  CitationBasis: 'OWN_REPORTING QUOTES_OFFICIAL RELAYS_OTHER ANALYSIS OPINION LINKED_HEADLINE IMAGE_TEXT',
  LinkRelation: `IN_RESPONSE_TO RECIPROCATES FOLLOWS CAUSED_BY REVERSES IMPLEMENTS REPORTS_ON CORROBORATES CONTRADICTS PART_OF
    POSSIBLY_SAME_AS CONTEXT_FOR CITES_AS_PRECEDENT`,
  RevisionKind: 'RECORDED REVISED CORRECTED RETRACTED REDACTED',
  EventKind: `INCIDENT WEAPONS_INCIDENT ARMED_ATTACK ARMED_CONFLICT INTERFERENCE CLOSURE DEATH INVESTIGATION_STEP
    INVESTIGATION_FINDING COURT_RULING MEETING CALL VISIT PUBLICATION PROTEST MEMBERSHIP_CHANGE CONDITION EMERGENCY AWARD AGREEMENT
    OTHER`,
  SpeechAct: `ASSERT DECLINE_COMMENT ACKNOWLEDGE_RESPONSIBILITY DENY_RESPONSIBILITY CONFIRM RETRACT ATTRIBUTE_CAUSE ACCUSE CONDEMN
    COMPLAIN_OFFICIALLY CONDOLE EXPRESS_REGRET APOLOGISE FORGIVE THANK PRAISE URGE_RESTRAINT EXPLAIN DENY DISCLAIM ASSESS
    CITE_PRECEDENT REQUEST DEMAND OFFER PROMISE ACCEPT REJECT WARN THREATEN ANNOUNCE_MEASURE`,
  StatementChannel: `UNSPECIFIED SPEECH PRESS_CONFERENCE MEDIA_REMARKS INTERVIEW OFFICIAL_RELEASE MEETING CALL LETTER ARTICLE
    SOCIAL_MEDIA REPORT UNNAMED_BRIEFING OTHER`,
  Stance: `ASSERTS AFFIRMS PARTIALLY_ACCEPTS AWAITS_INVESTIGATION DOES_NOT_ADDRESS QUESTIONS DENIES OFFERS_ALTERNATIVE
    REPORTS_WITHOUT_ENDORSING RETRACTS`,
  Attribution: 'QUOTED PARAPHRASED CHARACTERISED INFERRED',
  Remedy: `ACKNOWLEDGEMENT EXPRESSION_OF_REGRET FORMAL_APOLOGY COMPENSATION RESTITUTION CESSATION NON_REPETITION INVESTIGATION
    PROSECUTION ACCESS_OR_INFORMATION RELEASE POLICY_CHANGE MEETING`,
  DemandResponse:
    'NO_RESPONSE REJECTED EVADED DEFERRED ACCEPTED_IN_PRINCIPLE PROMISED MET_IN_PART MET CONTESTED WITHDRAWN SUPERSEDED',
  MeasureKind: `NOTE_VERBALE DEMARCHE AMBASSADOR_SUMMONED AGREMENT_REFUSED PERSONA_NON_GRATA STAFF_EXPELLED MISSION_SIZE_LIMITED
    AMBASSADOR_RECALLED RELATIONS_DOWNGRADED EMBASSY_CLOSED CONSULATE_CLOSED CULTURAL_CENTRE_CLOSED AGENCY_EXPELLED
    AGENCY_RESTRICTED PREMISES_TAKEN_OVER ARREST RELATIONS_SEVERED RELATIONS_RESTORED MEDIA_BUREAU_CLOSED ACCREDITATION_WITHDRAWN
    SEARCH_OR_RAID ASSET_SEIZURE DETENTION RELEASE DEPORTATION ENTRY_BAN VISIT_CANCELLED EVENTS_SUSPENDED MEETING_REFUSED
    FLIGHTS_SUSPENDED AIRSPACE_CLOSED TRADE_RESTRICTION FINANCIAL_SANCTION TRAVEL_SANCTION ARMS_EMBARGO LEGAL_ACTION CRIMINAL_CASE
    INQUIRY_REQUEST AID COMPENSATION_PAID HONOUR OTHER`,
  LegalCharacter: 'RETORSION COUNTERMEASURE COLLECTIVE_SANCTION DOMESTIC_LAW_ENFORCEMENT JUDICIAL ASSISTANCE UNKNOWN',
  MeasureStatus: 'PREPARED ANNOUNCED NOTIFIED IN_FORCE SUSPENDED LIFTED COMPLETED NOT_IMPLEMENTED',
  ClaimRelationKind: 'CONTRADICTS ALTERNATIVE_TO REFINES IMPLIES PART_OF',
  ActorKind: 'STATE ORGAN ORGANISATION COMPANY OUTLET PERSON GROUP UNNAMED',
  AffiliationRelation:
    'OFFICE_HOLDER ORGAN_OF SUBSIDIARY_OF MEMBER_OF EMPLOYED_BY STATE_ALIGNED CLOSE_TO SUCCESSOR_OF PURPORTED',
  IdentifierScheme: 'WIKIDATA ISO_3166_1 IATA ICAO LEI GEONAMES WEBSITE',
  SourceGenre: 'NEWS COMMENTARY AGGREGATION REPUBLICATION OFFICIAL DATASET OTHER',
  TensionBucketSize: 'DAY WEEK MONTH QUARTER YEAR',
  DevelopmentOrder: 'NEWEST_FIRST OLDEST_FIRST RECENTLY_RECORDED RECENTLY_CHANGED RELEVANCE',
  TokenScope: 'READ RECORD',
  AmendmentKind: 'REVISED CORRECTED',
}

const modules = [actor, claim, date, demand, development, measure, plover, service, source, statement]
const vocabularies = modules
  .flatMap((module) => Object.entries<unknown>(module))
  .flatMap(([exportedAs, value]) => (isVocabulary(value) ? [{ exportedAs, ...value }] : []))

function isVocabulary(value: unknown): value is Vocabulary<string> {
  return typeof value === 'object' && value !== null && 'descriptions' in value && 'has' in value
}

it('defines each vocabulary once, under its own name', () => {
  expect(vocabularies.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted())
  for (const { exportedAs, name } of vocabularies) expect(exportedAs).toBe(name)
})

describe.each(vocabularies)('$name', ({ name, description, values, descriptions, has }) => {
  it('has the values of the design, in order', () => {
    expect(values.join(' ')).toBe(new Map(Object.entries(expected)).get(name)?.replaceAll(/\s+/g, ' '))
  })

  it('writes each value in UPPER_SNAKE and reads it back from kebab', () => {
    for (const value of values) {
      expect(value).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
      expect(toKebab(value)).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      expect(fromKebab(toKebab(value))).toBe(value)
    }
  })

  it('describes each value in one sentence of its own', () => {
    const sentences = values.map((value) => descriptions[value])
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9][^.!?]*\.$/)
    expect(new Set(sentences).size).toBe(values.length)
  })

  it('recognises only its values', () => {
    for (const value of values) expect(has(value)).toBe(true)
    for (const stranger of ['', 'constructor', '__proto__', ...values.map((value) => value.toLowerCase())]) {
      expect(has(stranger)).toBe(false)
    }
  })

  it('describes what it classifies, and that it may grow', () => {
    expect(description).toMatch(/^[A-Z].*\. The list may grow: clients must tolerate unknown values\.$/)
  })
})

describe('kebab', () => {
  it.each([
    ['IN_RESPONSE_TO', 'in-response-to'],
    ['ISO_3166_1', 'iso-3166-1'],
    ['AID', 'aid'],
  ])('%s is %s', (value, kebab) => {
    expect(toKebab(value)).toBe(kebab)
    expect(fromKebab(kebab)).toBe(value)
  })
})

describe('the Admiralty code', () => {
  it('maps every reliability to a letter and back', () => {
    expect([...source.reliabilityByLetter.keys()].join('')).toBe('ABCDEF')
    expect(source.reliabilityByLetter.get('B')).toBe('USUALLY_RELIABLE')
    for (const value of source.Reliability.values) {
      expect(source.reliabilityByLetter.get(source.letterByReliability[value])).toBe(value)
    }
  })

  it('maps every credibility to a number and back', () => {
    expect([...source.credibilityByNumber.keys()]).toEqual([1, 2, 3, 4, 5, 6])
    expect(source.credibilityByNumber.get(2)).toBe('PROBABLY_TRUE')
    for (const value of source.Credibility.values) {
      expect(source.credibilityByNumber.get(source.numberByCredibility[value])).toBe(value)
    }
  })

  it('gives CANNOT_BE_JUDGED no rank, so that it is never the worst', () => {
    expect(source.Credibility.values.map(source.credibilityRank)).toEqual([1, 2, 3, 4, 5, null])
  })

  it('prefers any grade to none, and the better of two', () => {
    expect(source.bestCredibility(['CANNOT_BE_JUDGED', 'IMPROBABLE'])).toBe('IMPROBABLE')
    expect(source.bestCredibility(['DOUBTFUL', 'PROBABLY_TRUE', 'CANNOT_BE_JUDGED'])).toBe('PROBABLY_TRUE')
    expect(source.bestCredibility(['CANNOT_BE_JUDGED'])).toBe('CANNOT_BE_JUDGED')
    expect(source.bestCredibility([])).toBe('CANNOT_BE_JUDGED')
  })
})

describe('stances', () => {
  it.each([
    ['FOR', ['ASSERTS', 'AFFIRMS']],
    ['IN_PART', ['PARTIALLY_ACCEPTS']],
    ['OPEN', ['AWAITS_INVESTIGATION', 'DOES_NOT_ADDRESS', 'QUESTIONS', 'REPORTS_WITHOUT_ENDORSING']],
    ['AGAINST', ['DENIES', 'OFFERS_ALTERNATIVE']],
    ['WITHDRAWN', ['RETRACTS']],
  ])('group as %s: %j', (group, stances) => {
    expect(claim.Stance.values.filter((stance) => claim.stanceGroupOf(stance) === group)).toEqual(stances)
  })
})

it('lists the roles that are derived from other fields', () => {
  expect([...development.DERIVED_ROLES]).toEqual(['SPEAKER', 'ON_BEHALF_OF', 'ADDRESSEE', 'IMPOSED_BY', 'TARGET'])
})
