import fc from 'fast-check'
import { WAYS } from './ways.ts'

/** What happens, one step after the other. Numbers choose among what there is. */
export type Step =
  | ({ readonly do: 'record'; readonly by: 'process' | 'service' } & Counts)
  | { readonly do: 'burst' | 'ring' }
  | { readonly do: 'revise' | 'retract' | 'leave' | 'return' | 'stall' | 'read'; readonly which: number }
  | { readonly do: 'cut'; readonly which: number; readonly bytes: number }
  | { readonly do: 'join'; readonly which: number; readonly filter: number; readonly behind: number }
  | { readonly do: 'stop' | 'kill' }
  | { readonly do: 'pause'; readonly milliseconds: number }

interface Counts {
  readonly events: number
  readonly measures: number
  readonly places: number
}

const small = (max: number) => fc.nat({ max })
export const counts = { events: small(3), measures: small(2), places: small(1) }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ do: fc.constant('record'), by: fc.constantFrom('process', 'service'), ...counts }),
    weight: 8,
  },
  { arbitrary: fc.record({ do: fc.constant('burst') }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('ring') }), weight: 2 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('revise', 'retract', 'leave', 'return', 'stall', 'read'),
      which: small(999),
    }),
    weight: 10,
  },
  // Some within a message, some in the next one, some between two.
  {
    arbitrary: fc.record({ do: fc.constant('cut'), which: small(999), bytes: fc.oneof(fc.constant(0), small(2_000)) }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ do: fc.constant('join'), which: small(99), filter: small(99), behind: small(60) }),
    weight: 4,
  },
  { arbitrary: fc.record({ do: fc.constantFrom('stop', 'kill') }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('pause'), milliseconds: small(2_000) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('pause'), milliseconds: small(200) }), weight: 4 },
)

/** All lengths are drawn equally. */
export const scheduleOf = (steps: number) => fc.noBias(fc.array(step, { minLength: 1, maxLength: steps, size: 'max' }))

const each = (what: 'stall' | 'read' | 'leave' | 'return'): Step[] => WAYS.map((_, which) => ({ do: what, which }))
const times = (count: number, one: Step): Step[] => Array.from({ length: count }, () => one)
const record: Step = { do: 'record', by: 'process', events: 2, measures: 1, places: 1 }

/** What must be tried in any case. */
export const ALWAYS: readonly Step[] = [
  { do: 'pause', milliseconds: 2_000 },
  // All that were live fall behind a full connection, and read on.
  ...each('stall'),
  ...times(6, { do: 'burst' }),
  { do: 'pause', milliseconds: 1_000 },
  ...each('read'),
  // Clients join behind others that are live, while others write.
  ...WAYS.flatMap((_, which): Step[] => [
    { do: 'record', by: 'service', events: 2, measures: 0, places: 0 },
    { do: 'join', which, filter: 0, behind: 30 },
    record,
  ]),
  { do: 'kill' },
  record,
  ...each('leave'),
  record,
  ...each('return'),
  { do: 'stop' },
  record,
]

const { DELIVERY_SEED: SEED, DELIVERY_PATH: PATH } = process.env

/** Repeats the schedule that has failed, by the variables that the failure names. */
export const repeated: Pick<fc.Parameters, 'seed' | 'path'> = {
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  ...(PATH === undefined ? {} : { path: PATH }),
}
