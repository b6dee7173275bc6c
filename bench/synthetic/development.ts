import { EventKind, EvidentialStatus } from '../../src/model/vocabulary/development.ts'
import { DemandResponse } from '../../src/model/vocabulary/demand.ts'
import { MeasureKind } from '../../src/model/vocabulary/measure.ts'
import type {
  DevelopmentRecord,
  EventRecord,
  MeasureRecord,
  RecordOf,
  StatementRecord,
} from '../../src/model/records/definitions.ts'
import { modesOf, PloverContext, PloverType } from '../../src/model/vocabulary/plover.ts'
import { Stance } from '../../src/model/vocabulary/claim.ts'
import { SpeechAct, StatementChannel } from '../../src/model/vocabulary/statement.ts'
import { toKebab, type Vocabulary } from '../../src/model/vocabulary/vocabulary.ts'
import { LongTail, type Random } from './random.ts'
import { dayOf, type Cast } from './dispute.ts'
import { sentence, title } from './words.ts'

/*
 * Generates developments with the average numbers of parts of the bundled record. Of its 102 developments, 52 are statements and 11 measures;
 * they have 131 citations, 102 links, 87 participants in a role, 72 positions, 44 codings, 30 bearings, 30 places, 23 quotes, 20 figures and
 * 18 assessments.
 */

export interface DevelopmentMaking {
  readonly cast: Cast
  readonly random: Random
  /** Number within the dispute, from 1. */
  readonly number: number
  /** The developments shortly before it. */
  readonly before: readonly DevelopmentRecord[]
}

export function makeDevelopment(making: DevelopmentMaking): DevelopmentRecord {
  const { random } = making
  const kind = random.next()
  if (kind < 0.51) return makeStatement(making)
  return kind < 0.62 ? makeMeasure(making) : makeEvent(making)
}

/** Values of a vocabulary as dossiers spell them, the first ones most often. */
function longTailOf<Value extends string>({ values }: Vocabulary<Value>): LongTail<string> {
  return new LongTail(values.map(toKebab), 1.6)
}

const eventKinds = longTailOf(EventKind)
const measureKinds = longTailOf(MeasureKind)
const statuses = longTailOf({ ...EvidentialStatus, values: EvidentialStatus.values.toReversed() })
const acts = longTailOf(SpeechAct)
const channels = longTailOf(StatementChannel)
const stances = longTailOf({ ...Stance, values: Stance.values.filter((stance) => stance !== 'OFFERS_ALTERNATIVE') })
const responses = longTailOf(DemandResponse)
const contexts = longTailOf(PloverContext)
const ploverTypes = new LongTail(PloverType.values.toReversed(), 1.6)
const credibilities = new LongTail([2, 3, 4, 6, 5], 1.6)

function makeEvent(making: DevelopmentMaking): EventRecord {
  const { cast, random } = making
  const participants = distinct(
    Array.from({ length: 1 + random.below(3) }, () => ({
      actor: anyActor(cast, random),
      role: random.pick(['participant', 'subject', 'affected', 'host', 'investigator', 'publisher'] as const),
    })),
    ({ actor, role }) => `${actor} ${role}`,
  )
  return {
    event: keyOf(making),
    ...sharedFields(making),
    participants,
    'event-kind': eventKinds.draw(random) as EventRecord['event-kind'],
  }
}

function makeStatement(making: DevelopmentMaking): StatementRecord {
  const { cast, random } = making
  const shared = sharedFields(making)
  const [speaking, addressed] = random.chance(0.5) ? cast.parties : [cast.parties[1], cast.parties[0]]
  const official = random.chance(0.5)
  const speaker = official
    ? (cast.world.officials.get(speaking)?.draw(random) ?? speaking)
    : random.chance(0.5)
      ? speaking
      : cast.locals.draw(random)
  const said = random.some(random.chance(0.7) ? 1 + random.below(4) : 0, () => cast.claims.draw(random))
  const citation = shared.citations[0]?.source
  return {
    statement: keyOf(making),
    ...shared,
    speakers: [speaker],
    ...(official && random.chance(0.7) ? { 'on-behalf-of': [speaking] } : {}),
    ...(random.chance(0.45) ? { addressees: [addressed] } : {}),
    acts: random.some(1 + random.below(2), () => acts.draw(random)) as StatementRecord['acts'],
    channel: channels.draw(random) as StatementRecord['channel'],
    ...(said.length > 0
      ? {
          positions: said.map((claim) => ({
            claim,
            stance: stances.draw(random) as 'asserts', // a value of Stance as dossiers spell it
            ...(random.chance(0.2) ? { attribution: 'quoted' as const, ...(citation && { citation }) } : {}),
          })),
        }
      : {}),
    ...(random.chance(0.4) && citation !== undefined
      ? { quotes: [{ text: sentence(random, 10), language: 'en', citation }] }
      : {}),
    ...(random.chance(0.2) ? { demands: [random.pick(cast.demands)] } : {}),
  }
}

function makeMeasure(making: DevelopmentMaking): MeasureRecord {
  const { cast, random } = making
  const [by, against] = random.chance(0.5) ? cast.parties : [cast.parties[1], cast.parties[0]]
  return {
    measure: keyOf(making),
    ...sharedFields(making),
    'measure-kind': measureKinds.draw(random) as MeasureRecord['measure-kind'],
    'legal-character': random.pick(['retorsion', 'retorsion', 'domestic-law-enforcement', 'unknown']),
    'imposed-by': [by],
    targets: [against],
    status: random.pick(['announced', 'in-force', 'prepared']),
  }
}

function keyOf({ cast, number }: DevelopmentMaking): string {
  return `${cast.outline.key}/${number}`
}

function sharedFields(making: DevelopmentMaking) {
  const { cast, random, before } = making
  const { outline, neighbour } = cast
  const date = makeDate(making)
  const citations = random
    .some(random.chance(0.25) ? 2 : 1, () => cast.sources.draw(random))
    .map((source) => ({
      source,
      credibility: credibilities.draw(random),
      basis: random.pick(['relays-other', 'relays-other', 'own-reporting', 'quotes-official', 'analysis'] as const),
      locator: `paragraph ${1 + random.below(20)}`,
    })) as RecordOf<'event'>['citations'] // numbers of the Admiralty code
  const citation = citations[0]?.source ?? ''
  const links =
    before.length === 0 || random.chance(0.17)
      ? []
      : linksTo(
          random.some(1 + random.below(2), () => random.pick(before)),
          random,
        )
  const background = random.next()
  return {
    headline: title(random, 8),
    summary: `${sentence(random, 16)} ${sentence(random, 14)}`,
    date,
    ...(random.chance(0.86) ? { 'date-note': sentence(random, 9) } : {}),
    'evidential-status': statuses.draw(random) as EventRecord['evidential-status'],
    ...(background < 0.85
      ? { disputes: [outline.key] }
      : background < 0.97
        ? { 'context-of': [background < 0.95 ? outline.key : neighbour] }
        : {}),
    ...(random.chance(0.28)
      ? { places: [random.chance(0.5) ? cast.world.cities.draw(random) : cast.places.draw(random)] }
      : {}),
    ...(random.chance(0.43) ? { codings: [makeCoding(cast, random)] } : {}),
    ...(random.chance(0.1)
      ? { figures: [{ quantity: 'count' as const, value: random.below(500), unit: 'people', citation }] }
      : {}),
    ...(random.chance(0.18)
      ? { bearings: [{ claim: cast.claims.draw(random), bearing: 'supports' as const, citation }] }
      : {}),
    citations,
    ...(links.length > 0 ? { links } : {}),
    ...(random.chance(0.12)
      ? { assessments: [{ demand: random.pick(cast.demands), response: responses.draw(random) as 'met', date }] }
      : {}),
  }
}

/** Mostly a day; otherwise a month, a range in which the day lies, or an interval with an open end. Dates advance within a dispute. */
function makeDate({ cast, random, number }: DevelopmentMaking): string {
  const { firstDay, lastDay, outline } = cast
  const day = firstDay + Math.floor(((lastDay - firstDay) * number) / outline.size) + random.below(20)
  const form = random.next()
  if (form < 0.6) return dayOf(day)
  if (form < 0.7) return dayOf(day).slice(0, 7)
  if (form < 0.95) return `[${dayOf(day)}..${dayOf(day + 5 + random.below(200))}]`
  return form < 0.98 ? `${dayOf(day)}/..` : `${dayOf(day).slice(0, 4)}~`
}

function makeCoding({ parties, world }: Cast, random: Random): NonNullable<RecordOf<'event'>['codings']>[number] {
  const type = ploverTypes.draw(random)
  const [by, to] = random.chance(0.5) ? parties : [parties[1], parties[0]]
  const modes = random.chance(0.5) ? modesOf(type).slice(0, 1).map(toKebab) : []
  return {
    type: toKebab(type),
    ...(modes.length > 0 ? { modes: modes as 'allege'[] } : {}), // modes of this very type
    contexts: random.some(1 + random.below(2), () => contexts.draw(random)) as ['diplomatic'],
    initiators: [random.chance(0.1) ? world.states.draw(random) : by],
    recipients: [to],
  } as NonNullable<RecordOf<'event'>['codings']>[number] // a type of PLOVER as dossiers spell it
}

function linksTo(targets: readonly DevelopmentRecord[], random: Random) {
  return targets.map((target) => ({
    relation: random.pick(['in-response-to', 'in-response-to', 'reports-on', 'follows', 'possibly-same-as'] as const),
    development: 'event' in target ? target.event : 'statement' in target ? target.statement : target.measure,
  }))
}

/** A party, an official of one, another state, or an actor of this dispute only. */
function anyActor({ parties, locals, world }: Cast, random: Random): string {
  const who = random.next()
  const party = random.pick(parties)
  if (who < 0.35) return party
  if (who < 0.5) return world.officials.get(party)?.draw(random) ?? party
  return who < 0.6 ? world.states.draw(random) : locals.draw(random)
}

function distinct<Value>(values: readonly Value[], nameOf: (value: Value) => string): Value[] {
  return [...new Map(values.map((value) => [nameOf(value), value])).values()]
}
