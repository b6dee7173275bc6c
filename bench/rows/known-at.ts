import { takeCensus } from '../census.ts'
import { alternate } from '../comparison.ts'
import { timeOf } from '../load/timing.ts'
import { listQuery } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const REQUESTS = 8

/** The first page of the most frequent actor as known at an earlier point of the log, compared with the head. */
export const knownAt: Row = { name: 'known-at', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  const [actor = ''] = takeCensus(survey).rankings.actors
  await using service = await Service.start(store)
  using connection = await service.connect()
  const time = (instant: string | null) => {
    const next = () => listQuery({ filter: { actors: [actor] }, asKnownAt: instant })
    return timeOf({ pid: service.pid, connection, next, count: REQUESTS })
  }
  const findings: Finding[] = []
  for (const [what, part] of [
    ['half', 0.5],
    ['a twentieth', 0.05],
  ] as const) {
    const instant = instantAt(survey, part)
    await time(instant)
    await time(null)
    const { ratio, a, b } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => time(instant),
      b: () => time(null),
    })
    findings.push({
      what: `page of the commonest actor as known at ${what} of the log`,
      comparedWith: 'at the head',
      ratio,
      detail: `${a.toFixed(2)} ms, ${b.toFixed(2)} ms`,
    })
  }
  return findings
}

function instantAt(survey: Survey, part: number): string {
  const [at = 0] = survey.column<number>(
    'select at from changes where seq >= (select max(seq) from changes) * ? order by seq limit 1',
    part,
  )
  return new Date(at).toISOString()
}
