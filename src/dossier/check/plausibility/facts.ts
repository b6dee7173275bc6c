import { LRUCache } from 'lru-cache'
import type { RecordOf } from '../../../model/records/definitions.ts'
import { detachString } from '../../../model/text/detach-string.ts'
import { firstMadeOn } from '../../../store/queries/outcomes.ts'
import type { ResolvedRecords } from '../resolved-records.ts'
import { boundsOf, type Bounds } from './bounds.ts'

/** Before every day: the start of a statement whose date has none. */
export const UNKNOWN = ''

export interface SourceDate {
  readonly key: string
  /** The last day on which it can have been published; null if unknown. */
  readonly by: string | null
}

/** What is compared with a record, looked up in other records. */
export class Facts {
  /** Whether a look-up found no record. */
  lacking = false
  readonly #records: ResolvedRecords
  readonly #isComplete: boolean
  readonly #known = new LRUCache<string, object>({ max: 20_000 })

  constructor(records: ResolvedRecords, isComplete = false) {
    this.#records = records
    this.#isComplete = isComplete
  }

  source(key: string): SourceDate | undefined {
    return this.#look('source', key, () => {
      const source = this.#records.find('source', key)
      return source && { key, by: publishedBy(source) }
    })
  }

  dispute(key: string): (Bounds & { readonly period: string }) | undefined {
    return this.#look('dispute', key, () => {
      const dispute = this.#records.find('dispute', key)
      return dispute && { ...boundsOf(dispute.period), period: dispute.period }
    })
  }

  /** The dispute of a claim or a demand. */
  disputeOf(space: 'claim' | 'demand', key: string): string | undefined {
    return this.#look(space, key, () => {
      const record = this.#records.find(space, key)
      return record && { dispute: record.dispute }
    })?.dispute
  }

  measure(key: string): (Bounds & { readonly date: string }) | undefined {
    return this.#look('measure', key, () => {
      const measure = this.#records.findDevelopment(key)
      return measure && { ...boundsOf(measure.date), date: measure.date }
    })
  }

  /** The first day on which a demand can have been made: null if no statement makes it, and {@link UNKNOWN} if that can be any day. */
  demandMadeOn(key: string): string | null | undefined {
    if (!this.#isComplete) {
      this.lacking = true
      return undefined
    }
    return this.#look('made', key, () => {
      const { staging, reader } = this.#records
      const days = [staging.firstNoted('made', key)]
      if (reader !== undefined)
        for (const { development, earliest } of firstMadeOn(reader, key))
          if (!this.#records.isStaged('development', development)) days.push(earliest ?? UNKNOWN)
      const [first = null] = days.filter((day) => day !== undefined).toSorted()
      return { first }
    })?.first
  }

  #look<Fact extends object>(kind: string, key: string, find: () => Fact | undefined): Fact | undefined {
    const name = `${kind} ${key}`
    const known = this.#known.get(name) as Fact | undefined // kept under this kind
    const fact = known ?? find()
    if (fact === undefined) this.lacking = true
    else if (known === undefined) this.#known.set(detachString(name), fact)
    return fact
  }
}

/** A source was public on the last day of its date of publication, and on the day on which it was read. */
function publishedBy({ published, accessed }: RecordOf<'source'>): string | null {
  const latest = published === undefined ? null : boundsOf(published).latest
  return latest === null || (accessed !== undefined && accessed < latest) ? (accessed ?? null) : latest
}
