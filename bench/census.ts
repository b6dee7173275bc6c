import { PloverContext, PloverType, QuadClass } from '../src/model/vocabulary/plover.ts'
import { DevelopmentKind, EventKind, EvidentialStatus } from '../src/model/vocabulary/development.ts'
import { Credibility } from '../src/model/vocabulary/source.ts'
import { MeasureKind } from '../src/model/vocabulary/measure.ts'
import { SpeechAct } from '../src/model/vocabulary/statement.ts'
import type { Vocabulary } from '../src/model/vocabulary/vocabulary.ts'
import { Dimension, roleDimension } from '../src/store/projections/postings.ts'
import type { Survey } from './survey.ts'

/** Values of a filter field that occur in the store, the most frequent first. */
export type Ranking = readonly string[]

function rankValues<Value extends string>(survey: Survey, dimension: number, vocabulary: Vocabulary<Value>): Ranking {
  return survey.column<number>(BY_COUNT, dimension).map((target) => vocabulary.values[target] ?? '')
}

function rankKeys(survey: Survey, dimension: number, table: string): Ranking {
  return survey.column<string>(
    `select (select key from ${table} where id = target) from (select target, count(*) as developments from postings
     where dimension = ? group by target order by developments desc, target)`,
    dimension,
  )
}

const BY_COUNT = 'select target from postings where dimension = ? group by target order by count(*) desc, target'

/** Rankings by filter field, and values for the filters that take more than a value. */
export function takeCensus(survey: Survey) {
  return { rankings: rankFields(survey), ...rankOthers(survey) }
}

function rankFields(survey: Survey) {
  return {
    kinds: rankValues(survey, Dimension.KIND, DevelopmentKind),
    eventKinds: rankValues(survey, Dimension.EVENT_KIND, EventKind),
    acts: rankValues(survey, Dimension.ACT, SpeechAct),
    measureKinds: rankValues(survey, Dimension.MEASURE_KIND, MeasureKind),
    disputes: rankKeys(survey, Dimension.DISPUTE, 'disputes'),
    contextOf: rankKeys(survey, Dimension.CONTEXT_OF, 'disputes'),
    actors: rankKeys(survey, Dimension.ACTOR, 'actors'),
    initiators: rankKeys(survey, Dimension.INITIATOR, 'actors'),
    recipients: rankKeys(survey, Dimension.RECIPIENT, 'actors'),
    places: rankKeys(survey, Dimension.PLACE, 'places'),
    ploverTypes: rankValues(survey, Dimension.PLOVER_TYPE, PloverType),
    quadClasses: rankValues(survey, Dimension.QUAD_CLASS, QuadClass),
    contexts: rankValues(survey, Dimension.CONTEXT, PloverContext),
    evidentialStatuses: rankValues(survey, Dimension.EVIDENTIAL_STATUS, EvidentialStatus),
    credibility: rankValues(survey, Dimension.CREDIBILITY, Credibility),
    sources: rankKeys(survey, Dimension.SOURCE, 'sources'),
    claims: rankKeys(survey, Dimension.CLAIM, 'claims'),
    demands: rankKeys(survey, Dimension.DEMAND, 'demands'),
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
    speakers: rankKeys(survey, roleDimension('SPEAKER'), 'actors'),
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
