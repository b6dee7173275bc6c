import { inspect } from 'node:util'
import fc from 'fast-check'
import { ALWAYS, repeated, scheduleOf, type Step } from './schedule.ts'
import { type Happened, World } from './world.ts'

/*
 * The delivery kit: what must hold for everybody who follows, tried against every way to follow. `ways.ts` has an adapter for each way,
 * `schedule.ts` draws what happens, `world.ts` does it to a service in a process of its own and compares what each client got with the log,
 * and `log.ts` says what the log asks for. `core.test.ts` tries the feed alone, without a network, so that it reaches more interleavings.
 */

interface Delivered extends Happened {
  readonly schedules: number
  readonly kills: number
  readonly stops: number
  readonly seed: number
}

interface Effort {
  readonly schedules: number
  /** The most of one schedule. */
  readonly steps: number
  readonly seed?: number | undefined
}

/** Milliseconds for which a schedule that fails is made shorter. */
const SHORTENING = 90_000

/** Tries schedules. The first is always the same, the others are drawn. Throws the shortest one found that fails, and says how to repeat it. */
export async function deliver({ schedules, steps, seed }: Effort): Promise<Delivered> {
  const done = { schedules: 0, kills: 0, stops: 0, members: 0, connections: 0, changes: 0 }
  const property = fc.asyncProperty(scheduleOf(steps), async (schedule) => {
    const { members, connections, changes } = await run(schedule)
    done.schedules++
    done.kills += schedule.filter((step) => step.do === 'kill').length
    done.stops += schedule.filter((step) => step.do === 'stop').length
    done.members += members
    done.connections += connections
    done.changes += changes
  })
  const tried = await fc.check(property, {
    ...repeated,
    ...(seed === undefined ? {} : { seed }),
    numRuns: schedules,
    examples: [[[...ALWAYS]]],
    // `shorten` does it: the library cannot make what it has not drawn shorter.
    endOnFailure: true,
  })
  if (!tried.failed) return { ...done, seed: tried.seed }
  const [schedule = []] = tried.counterexample ?? []
  const { fault, steps: left } = await shorten({ fault: tried.errorInstance, steps: schedule })
  const variables = `DELIVERY_SEED=${tried.seed} DELIVERY_PATH=${tried.counterexamplePath ?? ''}`
  throw new Error(
    `${inspect(fault)}
Schedule (${left.length} of ${schedule.length} steps): ${JSON.stringify(left)}
Repeat it: ${variables} npm run prove -- delivery`,
  )
}

async function run(schedule: readonly Step[]): Promise<Happened> {
  await using world = await World.open()
  for (const step of schedule) await world.do(step)
  return await world.finish()
}

interface Failing {
  readonly fault: unknown
  readonly steps: readonly Step[]
}

/** Leaves out steps, many at first, as long as the schedule still fails. */
async function shorten({ fault, steps }: Failing): Promise<Failing> {
  let failing: Failing = { fault, steps }
  const end = performance.now() + SHORTENING
  for (let size = Math.ceil(steps.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < failing.steps.length && performance.now() < end;) {
      const fewer = failing.steps.toSpliced(at, size)
      const shorter = await run(fewer).then(
        () => undefined,
        (error: unknown) => ({ fault: error, steps: fewer }),
      )
      if (shorter === undefined) at += size
      else failing = shorter
    }
  }
  return failing
}
