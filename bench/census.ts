import { PloverContext, PloverType, QuadClass } from '../src/model/vocabulary/plover.ts'
import { DevelopmentKind, EvidentialStatus } from '../src/model/vocabulary/development.ts'
import { EventKind } from '../src/model/vocabulary/event.ts'
import { Credibility } from '../src/model/vocabulary/grading.ts'
import { MeasureKind } from '../src/model/vocabulary/measure.ts'
import { SpeechAct } from '../src/model/vocabulary/statement.ts'
import type { Vocabulary } from '../src/model/vocabulary/vocabulary.ts'
import { Facet, roleFacet } from '../src/store/projections/postings.ts'
import type { Survey } from './survey.ts'

/** Values of a filter field that occur in the store, the most frequent first. */
export type Ranking = readonly string[]

function rankValues<Value extends string>(survey: Survey, facet: number, vocabulary: Vocabulary<Value>): Ranking {
  return survey.column<number>(BY_COUNT, facet).map((target) => vocabulary.values[target] ?? '')
}

function rankKeys(survey: Survey, facet: number, table: string): Ranking {
  return survey.column<string>(
    `select (select key from ${table} where id = target) from (select target, count(*) as developments from postings
     where facet = ? group by target order by developments desc, target)`,
    facet,
  )
}

const BY_COUNT = 'select target from postings where facet = ? group by target order by count(*) desc, target'

/** Rankings by filter field, and values for the filters that take more than a value. */
export function takeCensus(survey: Survey) {
  return { rankings: rankFields(survey), ...rankOthers(survey) }
}

function rankFields(survey: Survey) {
  return {
    kinds: rankValues(survey, Facet.KIND, DevelopmentKind),
    eventKinds: rankValues(survey, Facet.EVENT_KIND, EventKind),
    acts: rankValues(survey, Facet.ACT, SpeechAct),
    measureKinds: rankValues(survey, Facet.MEASURE_KIND, MeasureKind),
    disputes: rankKeys(survey, Facet.DISPUTE, 'disputes'),
    contextOf: rankKeys(survey, Facet.CONTEXT_OF, 'disputes'),
    actors: rankKeys(survey, Facet.ACTOR, 'actors'),
    initiators: rankKeys(survey, Facet.INITIATOR, 'actors'),
    recipients: rankKeys(survey, Facet.RECIPIENT, 'actors'),
    places: rankKeys(survey, Facet.PLACE, 'places'),
    ploverTypes: rankValues(survey, Facet.PLOVER_TYPE, PloverType),
    quadClasses: rankValues(survey, Facet.QUAD_CLASS, QuadClass),
    contexts: rankValues(survey, Facet.CONTEXT, PloverContext),
    evidentialStatuses: rankValues(survey, Facet.EVIDENTIAL_STATUS, EvidentialStatus),
    credibility: rankValues(survey, Facet.CREDIBILITY, Credibility),
    sources: rankKeys(survey, Facet.SOURCE, 'sources'),
    claims: rankKeys(survey, Facet.CLAIM, 'claims'),
    demands: rankKeys(survey, Facet.DEMAND, 'demands'),
    outlets: survey.column<string>(
      `select a.key from citations c join sources s on s.id = c.source_id join actors a on a.id = s.outlet_id
       group by a.id order by count(*) desc, a.id`,
    ),
    reliability: survey.column<string>(
      `select s.reliability from citations c join sources s on s.id = c.source_id
       group by s.reliability order by count(*) desc`,
    ),
  } satisfies Readonly<Record<string, Ranking>>
}

function rankOthers(survey: Survey) {
  return {
    speakers: rankKeys(survey, roleFacet('SPEAKER'), 'actors'),
    /** The newest developments. */
    keys: survey.column<string>('select key from developments order by id desc limit 100'),
    /** Words of all developments, the most frequent first. */
    words: survey.words().map(({ word }) => word),
    /** The days by which the first source and all sources were published. */
    reportedBy: survey.column<string>(
      'select min(published_by) from sources union all select max(published_by) from sources',
    ),
    /** The first day on which a development begins, the median day and the last day. */
    days: survey
      .column<string>(
        `select min(sort) from revisions union all
       select (select sort from revisions order by sort limit 1 offset (select count(*) / 2 from revisions))
       union all select (select max(sort) from revisions)`,
      )
      .map((sort) => sort.slice(0, 10)),
  }
}

export type Census = ReturnType<typeof takeCensus>
