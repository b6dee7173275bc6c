import { TERMS_MAX, TEXT_MAX, WORDS_MAX } from '../../model/text/search-query.ts'
import { AFFILIATED_MAX } from '../../store/search/affiliated.ts'
import { PARTICIPANTS_MAX, VALUES_MAX } from '../../store/search/filter.ts'
import { PREFIXED_MAX } from '../../store/search/full-text.ts'
import { builder } from '../core/builder.ts'
import {
  Credibility,
  DevelopmentKind,
  EventKind,
  EvidentialStatus,
  MeasureKind,
  ParticipantRole,
  PloverContext,
  PloverType,
  QuadClass,
  Reliability,
  SpeechAct,
} from '../core/enums.ts'

const combination = `The values of one field are alternatives, an empty list restricts nothing, and the fields narrow each other. A list has at most ${VALUES_MAX} values (FILTER_TOO_LONG), and a key that names nothing is refused with the nearest ones that do (UNKNOWN_KEY).`

export const DateRange = builder.inputType('DateRange', {
  description:
    'Days from one to another, both included; what is left out leaves that side open. One that ends before it begins is refused with BAD_RANGE.',
  fields: (t) => ({
    from: t.field({ type: 'Date', description: 'The first day.' }),
    to: t.field({ type: 'Date', description: 'The last day.' }),
  }),
})

const ParticipantFilter = builder.inputType('ParticipantFilter', {
  description: 'Asks for a participant: any of these actors, in any of these roles.',
  fields: (t) => ({
    actors: t.field({
      type: ['Key'],
      required: true,
      description:
        'The actors, any of whom will do. None restricts nothing; roles without an actor are refused with ROLES_WITHOUT_ACTORS.',
    }),
    roles: t.field({
      type: [ParticipantRole],
      description: 'The roles, any of which will do; any role at all where none is given.',
    }),
  }),
})

type FieldsOf = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]

/** What lists and the feed can both be asked for. */
const sharedFields = (t: FieldsOf) => ({
  keys: t.field({ type: ['Key'], description: 'Only these developments.' }),
  kinds: t.field({ type: [DevelopmentKind], description: 'Only developments of these kinds.' }),
  eventKinds: t.field({ type: [EventKind], description: 'Only events of these kinds.' }),
  acts: t.field({ type: [SpeechAct], description: 'Only statements that perform any of these speech acts.' }),
  measureKinds: t.field({ type: [MeasureKind], description: 'Only measures of these kinds.' }),
  disputes: t.field({ type: ['Key'], description: 'Only developments that are part of these disputes.' }),
  inAnyDispute: t.boolean({
    description:
      'True: only what is part of a dispute. False: only what is part of none, whatever it is background to.',
  }),
  contextOf: t.field({ type: ['Key'], description: 'Only background to these disputes.' }),
  includeAffiliated: t.boolean({
    required: true,
    defaultValue: false,
    description: `In every field that names actors, take also those who belong to them: organs, office-holders during their term, subsidiaries, and whoever belongs to these in turn, by the affiliations as they are now. More than ${AFFILIATED_MAX} in all are refused with AFFILIATED_TOO_MANY.`,
  }),
  actors: t.field({ type: ['Key'], description: 'Only developments in which any of these actors has any role.' }),
  participants: t.field({
    type: [ParticipantFilter],
    description: `Only developments that have a participant for each of these: Russia and Azerbaijan are two entries, Russia or Azerbaijan is one. The one list whose entries are no alternatives; at most ${PARTICIPANTS_MAX}.`,
  }),
  initiators: t.field({
    type: ['Key'],
    description: 'Only developments with a coding that any of these actors initiates.',
  }),
  recipients: t.field({
    type: ['Key'],
    description: 'Only developments with a coding that any of these actors receives.',
  }),
  places: t.field({ type: ['Key'], description: 'Only developments at these places.' }),
  dateOverlaps: t.field({
    type: DateRange,
    description:
      'Only developments that may have happened in this range: whose bounds share a day with it. An unknown beginning or end reaches as far as it can.',
  }),
  dateWithin: t.field({
    type: DateRange,
    description: 'Only developments that certainly happened in this range: both of whose bounds lie in it.',
  }),
  ploverTypes: t.field({ type: [PloverType], description: 'Only developments with a coding of these types.' }),
  quadClasses: t.field({ type: [QuadClass], description: 'Only developments with a coding of these classes.' }),
  contexts: t.field({ type: [PloverContext], description: 'Only developments with a coding in these contexts.' }),
  evidentialStatuses: t.field({
    type: [EvidentialStatus],
    description: 'Only developments that stand on these footings.',
  }),
  credibility: t.field({
    type: [Credibility],
    description: 'Only developments of these grades; a development has that of its best-graded citation.',
  }),
  sources: t.field({ type: ['Key'], description: 'Only developments that cite these sources.' }),
  outlets: t.field({
    type: ['Key'],
    description: 'Only developments that cite a source which these actors published.',
  }),
  reliability: t.field({
    type: [Reliability],
    description:
      'Only developments that cite a source graded so; CANNOT_BE_JUDGED means unknown and is no worst grade.',
  }),
  claims: t.field({
    type: ['Key'],
    description: 'Only developments that take a position on these claims or bear on them.',
  }),
  demands: t.field({ type: ['Key'], description: 'Only developments that make these demands or assess them.' }),
})

export const FeedFilter = builder.inputType('FeedFilter', {
  description: `What a follower wants to hear of. A change passes when the content before it or after it matches, so that a follower learns when something leaves its view; a retraction passes when its last content did. ${combination}`,
  fields: sharedFields,
})

export const DevelopmentFilter = builder.inputType('DevelopmentFilter', {
  description: `Which developments a list holds. ${combination}`,
  fields: (t) => ({
    ...sharedFields(t),
    text: t.string({
      description: `Only what holds all of these words in its headline, its summary or a quote, or in the name or an alias, as they are now, of somebody who takes part in it. In any script and without regard to case and diacritics: Bakıda is found by bakida, Əliyev by aliyev. In scripts without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) any part of a text is found in it, and what is typed together has to stand together, except that a dictionary divides Chinese and Japanese; put a space where anything may stand between. "Words in quotation marks", and words joined by a hyphen, an apostrophe (any will do: o'zbekiston finds Oʻzbekiston) or a dot, have to follow one another; sanction* is any word that begins so. There are no operators: all other punctuation separates. At most ${TEXT_MAX} characters, ${TERMS_MAX} terms, ${WORDS_MAX} words (or characters of scripts without spaces), and ${PREFIXED_MAX} different words behind a *. What cannot be searched for is refused with TEXT_NOT_SEARCHABLE, which says why.`,
    }),
    reportedBy: t.field({
      type: 'Date',
      description:
        'Only what had been reported by this day: at least one source that it cites was published by then, one of uncertain date by its latest day; one without a date never counts. What this store held at a time is `asKnownAt`.',
    }),
    recordedAfter: t.field({
      type: 'DateTime',
      description:
        'Only what first entered this store after this instant, whenever it happened and however it was amended since.',
    }),
    recordedBefore: t.field({
      type: 'DateTime',
      description:
        'Only what first entered this store before this instant. One before `recordedAfter` is refused with BAD_RANGE.',
    }),
    includeRetracted: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Also what was retracted, by its last content.',
    }),
  }),
})
