import { median } from '../comparison.ts'
import { runNode } from '../load/child.ts'
import type { ImportTimes } from '../import-process.ts'
import type { RawInsertTimes } from '../baseline/raw-inserts.ts'
import type { Bench, Finding, Row } from '../row.ts'

const ROUNDS = 3
const MOST = 100_000
/** Growth factor of the import whose memory is compared. */
const GROWTH = 4

/** An import of NDJSON into an empty store, compared with plain inserts of the resulting rows. */
export const importing: Row = { name: 'import', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const size = Math.min(MOST, Math.floor(rows / 10))
  const dossier = await stores.dossier(size)
  const imports: ImportTimes[] = []
  const inserts: RawInsertTimes[] = []
  for (let round = 0; round < effort.rounds(ROUNDS); round++) {
    const [imported, raw] = [stores.fresh(), stores.fresh()]
    imports.push(await runNode<ImportTimes>('bench/import-process.ts', [imported, dossier]))
    inserts.push(await runNode<RawInsertTimes>('bench/baseline/raw-inserts.ts', [imported, raw]))
    stores.remove(imported)
    stores.remove(raw)
  }
  const ratio = (of: (times: ImportTimes) => number) =>
    median(imports.map((times, round) => (inserts[round]?.inserting ?? 0) / of(times)))
  const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(1)} s`
  const comparedWith = `bare inserts of the same ${inserts[0]?.rows} rows`
  const inserting = seconds(inserts.map((times) => times.inserting))
  return [
    {
      what: `import of ${size}: applying`,
      comparedWith,
      ratio: ratio(applying),
      mark: { atLeast: 0.5 },
      detail: `${seconds(imports.map(applying))}, ${inserting}`,
    },
    {
      what: `import of ${size}: the whole`,
      comparedWith,
      ratio: ratio(({ whole }) => whole),
      mark: { atLeast: 0.3 },
      detail: `${seconds(imports.map(({ whole }) => whole))} (checked after ${seconds(imports.map(({ checkedAfter }) => checkedAfter))}), ${inserting}`,
    },
    await measureMemory({ stores, size, small: median(imports.map(({ memory }) => memory)) }),
  ]
}

function applying({ batches }: ImportTimes): number {
  return batches.reduce((sum, batch) => sum + batch, 0)
}

interface Growing {
  readonly stores: Bench['stores']
  readonly size: number
  /** Peak memory of the import of `size`, in bytes. */
  readonly small: number
}

async function measureMemory({ stores, size, small }: Growing): Promise<Finding> {
  const file = stores.fresh()
  const dossier = await stores.dossier(GROWTH * size)
  const { memory } = await runNode<ImportTimes>('bench/import-process.ts', [file, dossier])
  stores.remove(file)
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
  return {
    what: `memory of an import of ${GROWTH * size}`,
    comparedWith: `of ${size}`,
    ratio: memory / small,
    mark: { atMost: 1.1 },
    detail: `${megabytes(memory)}, ${megabytes(small)}`,
  }
}
