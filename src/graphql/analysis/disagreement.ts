import { type Disagreement as Found, disagreementsAmong } from '../../model/analysis/disagreement.ts'
import { type FigureRow, readFigures } from '../../store/queries/development-parts.ts'
import { builder } from '../core/builder.ts'
import { many } from '../core/batch-loader.ts'
import { Figure } from '../types/development-parts.ts'
import { askedOfRevision, Development } from '../types/development.ts'
import { FigureQuantity } from '../core/enums.ts'

const Disagreement = builder.objectRef<Found<FigureRow>>('Disagreement').implement({
  description: 'Figures that cannot all be right; each keeps its citation and none wins.',
  fields: (t) => ({
    quantity: t.expose('quantity', { type: FigureQuantity, description: 'What they all count or measure.' }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'What of, in all of them alike; null where none says.',
    }),
    figures: t.field({
      type: [Figure],
      description:
        'The figures that another source’s contradicts, as recorded: at least two, of at least two sources. One that agrees with all others, as a wide range may, is not among them.',
      resolve: ({ figures }) => figures,
    }),
  }),
})

builder.interfaceField(Development, 'disagreements', (t) =>
  t.field({
    type: [Disagreement],
    description:
      'Where its sources tell figures of one quantity and unit differently: values that differ, a value outside another’s range, ranges apart. Figures in different units are not compared, and those in words only are left out. Several figures of one source tell of several things and are no disagreement; nor is another’s that agrees with any of them. Empty where the sources agree.',
    resolve: (development, _, { reader }) =>
      disagreementsAmong(many(development, 'figures', (all) => readFigures(reader, all.map(askedOfRevision)))),
  }),
)
