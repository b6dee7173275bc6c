import { TERMS_MAX, TEXT_MAX, WORDS_MAX } from '../../model/text/search-query.ts'
import { AFFILIATED_MAX } from '../../store/search/affiliated.ts'
import { PARTICIPANTS_MAX, VALUES_MAX } from '../../store/search/filter.ts'
import { PREFIXED_MAX } from '../../store/search/full-text.ts'
import { builder } from '../core/builder.ts'
import * as enums from '../core/enums.ts'

const COMBINATION = `The values of one field are alternatives (OR), and an empty list matches all. The fields narrow each other (AND). A list has at most ${VALUES_MAX} values; a longer list is refused with FILTER_TOO_LONG. An unknown key is refused with UNKNOWN_KEY and the nearest keys.`

export const DateRange = builder.inputType('DateRange', {
  description:
    'A range of days, both included. A missing bound is open. A range that ends before it starts is refused with BAD_RANGE.',
  fields: (t) => ({
    from: t.field({ type: 'Date', description: 'The first day.' }),
    to: t.field({ type: 'Date', description: 'The last day.' }),
  }),
})

const ParticipantFilter = builder.inputType('ParticipantFilter', {
  description: 'Matches a participant: any of these actors, in any of these roles.',
  fields: (t) => ({
    actors: t.field({
      type: ['Key'],
      required: true,
      description:
        'Any of these actors. An empty list matches all, but roles without an actor are refused with ROLES_WITHOUT_ACTORS.',
    }),
    roles: t.field({ type: [enums.ParticipantRole], description: 'Any of these roles. Any role by default.' }),
  }),
})

type FieldsOf = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]

/** The conditions of both lists and the feed. */
const sharedFields = (t: FieldsOf) => ({
  keys: t.field({ type: ['Key'], description: 'Only these developments.' }),
  kinds: t.field({ type: [enums.DevelopmentKind], description: 'Only developments of these kinds.' }),
  eventKinds: t.field({ type: [enums.EventKind], description: 'Only events of these kinds.' }),
  acts: t.field({ type: [enums.SpeechAct], description: 'Only statements that perform any of these acts.' }),
  measureKinds: t.field({ type: [enums.MeasureKind], description: 'Only measures of these kinds.' }),
  disputes: t.field({ type: ['Key'], description: 'Only developments that are part of these disputes.' }),
  inAnyDispute: t.boolean({
    description:
      'True matches developments that are part of any dispute. False matches developments that are part of none, even if they are background to one.',
  }),
  contextOf: t.field({ type: ['Key'], description: 'Only developments that are background to these disputes.' }),
  includeAffiliated: t.boolean({
    defaultValue: false,
    description: `In every field that names actors, also match their affiliates: organs, office-holders during their term, subsidiaries, and the affiliates of these in turn, by the affiliations as they are now. More than ${AFFILIATED_MAX} in total are refused with AFFILIATED_TOO_MANY.`,
  }),
  actors: t.field({ type: ['Key'], description: 'Only developments in which any of these actors has any role.' }),
  participants: t.field({
    type: [ParticipantFilter],
    description: `Only developments with a participant for each entry, at most ${PARTICIPANTS_MAX}. Unlike in other lists, all entries must match: two entries for Russia and Azerbaijan match developments with both, one entry with both actors matches developments with either.`,
  }),
  initiators: t.field({
    type: ['Key'],
    description: 'Only developments with a coding that has any of these actors as initiator.',
  }),
  recipients: t.field({
    type: ['Key'],
    description: 'Only developments with a coding that has any of these actors as recipient.',
  }),
  places: t.field({ type: ['Key'], description: 'Only developments at these places.' }),
  dateOverlaps: t.field({
    type: DateRange,
    description:
      'Only developments that may have happened in this range: the bounds of the date overlap it. An unknown start or end extends as far as possible.',
  }),
  dateWithin: t.field({
    type: DateRange,
    description: 'Only developments that certainly happened in this range: it contains both bounds of the date.',
  }),
  ploverTypes: t.field({ type: [enums.PloverType], description: 'Only developments with a coding of these types.' }),
  quadClasses: t.field({ type: [enums.QuadClass], description: 'Only developments with a coding of these classes.' }),
  contexts: t.field({ type: [enums.PloverContext], description: 'Only developments with a coding in these contexts.' }),
  evidentialStatuses: t.field({
    type: [enums.EvidentialStatus],
    description: 'Only developments with these statuses.',
  }),
  credibility: t.field({
    type: [enums.Credibility],
    description: 'Only developments with these grades. The grade of a development is the best of its citations.',
  }),
  sources: t.field({ type: ['Key'], description: 'Only developments that cite these sources.' }),
  outlets: t.field({
    type: ['Key'],
    description:
      'Only developments that cite a source published by any of these actors, by the sources as they are now.',
  }),
  reliability: t.field({
    type: [enums.Reliability],
    description:
      'Only developments that cite a source with any of these grades, by the sources as they are now. CANNOT_BE_JUDGED means unknown, not the worst grade.',
  }),
  claims: t.field({
    type: ['Key'],
    description: 'Only developments that take a position on these claims or bear on them.',
  }),
  demands: t.field({ type: ['Key'], description: 'Only developments that make or assess these demands.' }),
})

export const FeedFilter = builder.inputType('FeedFilter', {
  description: `Which changes of the feed to send. A change matches if the content before or after it matches, so that a follower learns when a development leaves the filter. A retraction matches if the last content did. A redaction matches every filter, so that every copy can follow it. \`outlets\`, \`reliability\` and \`includeAffiliated\` look at sources and actors as they are when a change is sent: saving one of these changes no development. Whoever keeps a copy by such a filter asks for \`references\`, too, and reads the developments again when one is saved. ${COMBINATION}`,
  fields: sharedFields,
})

export const DevelopmentFilter = builder.inputType('DevelopmentFilter', {
  description: `Which developments a list contains. ${COMBINATION}`,
  fields: (t) => ({
    ...sharedFields(t),
    text: t.string({
      description: `Only developments that contain all of these words in the headline, the summary or a quote, or in the current name or an alias of a participant. Case and diacritics do not matter, nor does which of several letters or digits is typed for the same: bakida finds Bakıda, aliyev and eliyev find Əliyev, 8243 finds ٨٢٤٣, казакстан finds Қазақстан. A word ends where the script changes: nato finds NATO는. In Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese, any part of a text is found: 푸틴 finds 푸틴은. What is typed without spaces there must appear together, except that Chinese and Japanese are divided into dictionary words; a space separates terms. "Words in quotation marks", and words joined by a hyphen, an apostrophe (any form: o'zbekiston finds Oʻzbekiston) or a dot, must follow one another. What is written with them is also found without, and the other way round: j28243 finds J2-8243, U.S. finds US, but only as a word, not within a longer phrase. sanction* matches any word with that beginning. There are no operators; all other punctuation separates words. At most ${TEXT_MAX} characters, ${TERMS_MAX} terms, ${WORDS_MAX} words (or characters of scripts without spaces), and ${PREFIXED_MAX} different words for a *. A text that cannot be searched is refused with TEXT_NOT_SEARCHABLE and the reason.`,
    }),
    begunBy: t.field({
      type: 'Date',
      description:
        'Only developments certain to have begun by the end of this day, as the arguments `on` count: a date that means one moment between its bounds counts from its last day, any other date from its first day. For what may have begun by then, use `dateOverlaps`.',
    }),
    reportedBy: t.field({
      type: 'Date',
      description:
        'Only what had been reported by this day: at least one cited source was published by then. A source with an uncertain date counts by its latest day, and a source without a date never counts. For what this store held at a time, use `asKnownAt`.',
    }),
    reportedAfter: t.field({
      type: 'Date',
      description:
        'Only what was first reported after this day: no cited source was published by then. It matches exactly what `reportedBy` with the same day does not, so it also matches developments that cite only sources without a date. With both fields, what was first reported after the one day and by the other. A day after `reportedBy` is refused with BAD_RANGE.',
    }),
    recordedAfter: t.field({
      type: 'DateTime',
      description:
        'Only developments first recorded in this store after this instant, whenever they happened and however they were amended later.',
    }),
    recordedBefore: t.field({
      type: 'DateTime',
      description:
        'Only developments first recorded in this store before this instant. An instant before `recordedAfter` is refused with BAD_RANGE.',
    }),
    changedAfter: t.field({
      type: 'DateTime',
      description:
        'Only developments whose latest change in this store came after this instant. The first entry, a revision, a correction and a retraction are changes; a retracted development matches only with `includeRetracted`.',
    }),
    changedBefore: t.field({
      type: 'DateTime',
      description:
        'Only developments whose latest change came before this instant, so that they have not changed since. An instant before `changedAfter` is refused with BAD_RANGE.',
    }),
    includeRetracted: t.boolean({
      defaultValue: false,
      description: 'Also match retracted developments, by their last content.',
    }),
  }),
})
