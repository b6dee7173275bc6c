import { median } from '../../comparison.ts'
import { Audience, prepareStore, SOURCE, sourceOf } from '../../load/audience.ts'
import { assertRoomFor } from '../../load/machine.ts'
import { viewOperation } from '../../operations.ts'
import type { Bench, Finding, Row } from '../../row.ts'

const GROUPS = [1, 100, 1_000]
const ROUNDS = 7
const WARM_UP = 3

/** The same subscribers with one filter or with many, all of which the event passes: the time from its commit to the last of them. */
export const groups: Row = { name: 'fan-out/groups', measure }

async function measure({ subscribers, stores, effort }: Bench): Promise<Finding[]> {
  // The services are followed at the same time, each by half.
  const count = effort.scale(Math.ceil(subscribers / 2))
  assertRoomFor(count)
  const sizes = GROUPS.map((each) => Math.min(effort.scale(each), count))
  const files = sizes.map(() => stores.fresh())
  await using audiences = new AsyncDisposableStack()
  audiences.defer(() => files.forEach((file) => stores.remove(file)))
  const followed: Audience[] = []
  for (const [index, size] of sizes.entries()) {
    const operations = Array.from({ length: size }, (_, group) =>
      viewOperation({ filter: { sources: [SOURCE, sourceOf(group)] } }),
    )
    const prepared = await prepareStore(files[index] ?? '', size)
    const audience = audiences.use(await Audience.ofService(prepared, { transport: 'SSE', operations }))
    await audience.gather(count)
    for (let event = 0; event < WARM_UP; event++) await audience.deliver()
    audience.forget()
    followed.push(audience)
  }
  const rounds: number[][] = []
  for (let round = 0; round < effort.rounds(ROUNDS); round++) {
    const times: number[] = []
    for (const audience of followed) times.push(await audience.deliver())
    rounds.push(times)
  }
  const [one, ...others] = followed
  return others.map((audience, index): Finding => {
    const size = sizes[index + 1] ?? 0
    return {
      what: `${count} SSE subscribers in ${size} groups: from the commit to the last`,
      comparedWith: 'in one group',
      ratio: median(rounds.map((times) => (times[index + 1] ?? Number.NaN) / (times[0] ?? Number.NaN))),
      ...(GROUPS[index + 1] === 100 ? { mark: { atMost: 2 } } : {}),
      detail: `${audience.describe()}; ${one?.describe()}`,
    }
  })
}
