import { type Disagreement as Figures, disagreementsAmong } from '../../model/analysis/disagreement.ts'
import { ANY_DISPUTE, DISAGREEMENTS, type FigureRow } from '../../store/queries/development-parts.ts'
import { type DevelopmentRow, readDevelopments } from '../../store/queries/developments.ts'
import type { PageRequest } from '../../store/queries/keyset.ts'
import { load, loadOne } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionType, paging, rootConnection } from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import { FigureQuantity } from '../core/enums.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import { idOfKey } from '../core/relation.ts'
import { Figure, figuresOf } from '../types/development-parts.ts'
import { Development } from '../types/development.ts'

interface DisagreementRow extends Figures<FigureRow> {
  readonly development: DevelopmentRow
}

const Disagreement = builder.objectRef<DisagreementRow>('Disagreement').implement({
  description: 'Figures that cannot all be right. Each keeps its unit and its citation, and none is preferred.',
  fields: (t) => ({
    development: t.field({
      type: Development,
      description: 'The development that has these figures.',
      resolve: ({ development }) => development,
    }),
    quantity: t.expose('quantity', { type: FigureQuantity, description: 'What all the figures count or measure.' }),
    unit: t.exposeString('unit', {
      nullable: true,
      description:
        'The unit of all the figures. Null if their units differ, such as people and passengers, or if none has a unit.',
    }),
    figures: t.field({
      type: [Figure],
      description:
        'The figures that contradict a figure of another source, as recorded: at least two, from at least two sources. A figure that agrees with all others, as a wide range may, is not included.',
      resolve: ({ figures }) => figures,
    }),
  }),
})

function disagreementsOf(development: DevelopmentRow, context: Pick<Context, 'reader'>): readonly DisagreementRow[] {
  return load(development, 'disagreements', (developments: readonly DevelopmentRow[]) =>
    developments.map((each) =>
      disagreementsAmong(figuresOf(each, {}, context)).map((figures) => ({ ...figures, development: each })),
    ),
  )
}

builder.interfaceField(Development, 'disagreements', (t) =>
  t.field({
    type: [Disagreement],
    description:
      'Figures of one quantity on which the sources disagree: different values, a value outside a range, or ranges that do not overlap. Figures in different units are not compared, except units of persons: a figure for everyone (people, victims, passengers and crew) is compared with one for a group, which cannot be greater. Passengers alone, or crew alone, cannot be everyone either: 38 passengers and 38 people disagree on who is counted, 62 passengers and 67 people do not. Nothing is added up, and figures in words only are ignored. Figures of one source never disagree with each other, and a figure that agrees with a figure of another source in the same unit does not disagree with that source. Empty if the sources agree.',
    resolve: (development, _, context) => disagreementsOf(development, context),
  }),
)

builder.queryField('disagreements', (t) =>
  t.field({
    type: connectionType(Disagreement, 'Disagreement', 'disagreements'),
    nullable: true,
    extensions: costs((request: PageRequest) => ({ ...perPage(request), scan: 500 })),
    description:
      'The disagreements of all standing developments, newest first by the date of the development, with unknown starts last.',
    args: {
      dispute: t.arg({
        type: 'Key',
        description:
          'Only developments that are part of this dispute, without its background. An unknown key is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (_, { dispute, ...request }, context) => {
      const { reader, seq } = context
      const read = { keys: [[idOfKey(reader, 'dispute', dispute) ?? ANY_DISPUTE, seq()] as const] }
      const pages = DISAGREEMENTS.pages(reader, { ...read, request })
      const page = pages[0] as (typeof pages)[number] // one list was read
      const listed = rootConnection(page, () => DISAGREEMENTS.counts(reader, read)[0] ?? 0)
      const rows = listed.rows.map((row): DisagreementRow => {
        const development = loadOne(row, 'development', {
          to: ({ developmentId, asOf }) => [developmentId, asOf],
          read: (keys) => readDevelopments(reader, keys),
        })
        const found = disagreementsOf(development, context)[row.ordinal]
        if (found === undefined) throw new Error(`${development.key} has no disagreement ${row.ordinal}`)
        return found
      })
      return { ...listed, rows }
    },
  }),
)
