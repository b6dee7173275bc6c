import type { PlannedChange } from '../../src/store/append.ts'
import { type App, type AppOptions, openApp } from './app.ts'
import { story } from './ferry-story.ts'
import { event, planned, setting } from './planned-changes.ts'

/** An instant of a day in June 2025: noon, or later that day. */
export const on = (day: number, hour = 12) => new Date(Date.UTC(2025, 5, day, hour)).toISOString()

const [first = [], second = []] = story
const lastContent = (key: string) => {
  const change = second.find((each) => each.key === key)
  if (change === undefined) throw new Error(`${key} is no part of the story`)
  return change
}

/** The changes of each day: the setting, two days of the story, a day of amendments, and a day of late discoveries. */
const days: readonly (readonly PlannedChange[])[] = [
  setting,
  first,
  second,
  [
    { ...lastContent('ferry/concession'), kind: 'RETRACTED', revision: 2, note: 'It was misheard.' },
    planned(
      'event',
      event({
        event: 'ferry/inquiry',
        headline: 'An inquiry goes on',
        date: '2025-04-02/..',
        'event-kind': 'investigation-finding',
        figures: [],
        'status-changes': [{ measure: 'ferry/recall', status: 'in-force', date: '2025-04-20' }],
      }),
      { kind: 'CORRECTED', revision: 2, note: 'It has not ended.' },
    ),
  ],
  [
    planned('actor', { key: 'daily', name: 'The Daily', kind: 'outlet' }),
    planned('actor', { key: 'east', name: 'Eastland', kind: 'state' }),
    planned('actor', {
      key: 'north-navy',
      name: 'Navy',
      kind: 'organ',
      affiliations: [{ to: 'north', relation: 'organ-of' }],
    }),
    planned('source', { key: 'memoir', title: 'A memoir', language: 'en', reliability: 'D' }),
    planned('claim', { key: 'ferry/tide', dispute: 'ferry', proposition: 'The tide sank the ferry.' }),
    planned('demand', {
      key: 'ferry/rise',
      dispute: 'ferry',
      text: 'Raise it.',
      remedy: 'release',
      'made-by': ['east'],
    }),
    planned(
      'actor',
      {
        key: 'north-minister',
        name: 'Ada of the North',
        kind: 'person',
        affiliations: [
          { to: 'east', relation: 'close-to' },
          {
            to: 'north',
            relation: 'office-holder',
            office: 'Minister',
            date: '2024/..',
            sources: ['memoir', 'gazette'],
          },
        ],
      },
      { kind: 'REVISED', revision: 2 },
    ),
    ...['courier-1', 'courier-2'].map((key) =>
      planned(
        'source',
        { key, title: 'Retitled', outlet: 'daily', language: 'en', reliability: 'C' },
        { kind: 'REVISED', revision: 2 },
      ),
    ),
    planned(
      'dispute',
      {
        key: 'ferry',
        title: 'The ferry, at length',
        summary: 'Who sank it.',
        period: '2024/..',
        parties: ['east', 'north', 'south'],
        phases: [{ label: 'Now', date: '2025/..', summary: 'Still.', sources: ['memoir', 'gazette'] }],
      },
      { kind: 'REVISED', revision: 2 },
    ),
    planned('event', event({ event: 'ferry/raised', headline: 'The ferry is raised', date: '2025-05-30' })),
  ],
]

/** The story as recorded on the first five days of June 2025, one batch per day at eleven. The clock stands at noon of the sixth. */
export async function openDays(config: AppOptions['config'] = {}): Promise<App & { readonly clock: { at: number } }> {
  const clock = { at: 0 }
  const app = await openApp({ now: () => clock.at, config })
  for (const [at, changes] of days.entries()) {
    clock.at = Date.UTC(2025, 5, at + 1, 11)
    await app.record(...changes)
  }
  clock.at = Date.UTC(2025, 5, 6, 12)
  return Object.assign(app, { clock })
}
