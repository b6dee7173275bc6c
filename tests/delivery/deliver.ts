import fc from 'fast-check'
import { ALWAYS, repeated, scheduleOf } from './schedule.ts'
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

/** Milliseconds for which a schedule that fails is made shorter, and those that a schedule may take. */
const [SHRINKING, SCHEDULE] = [60_000, 20_000]

/** Tries schedules. The first is always the same, the others are drawn. Throws the shortest one found that fails, and says how to repeat it. */
export async function deliver({ schedules, steps, seed }: Effort): Promise<Delivered> {
  const done = { schedules: 0, kills: 0, stops: 0, members: 0, connections: 0, changes: 0 }
  const property = fc.asyncProperty(scheduleOf(steps), async (schedule) => {
    await using world = await World.open()
    for (const step of schedule) await world.do(step)
    const { members, connections, changes } = await world.finish()
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
    interruptAfterTimeLimit: schedules * SCHEDULE + SHRINKING,
  })
  if (!tried.failed) return { ...done, seed: tried.seed }
  const variables = `DELIVERY_SEED=${tried.seed} DELIVERY_PATH=${tried.counterexamplePath ?? ''}`
  const { message } = tried.errorInstance as Error
  const report = (await fc.asyncDefaultReportMessage(tried)) ?? ''
  throw new Error(`${message}\n${report}\nRepeat it: ${variables} npm run prove -- --only delivery`)
}
