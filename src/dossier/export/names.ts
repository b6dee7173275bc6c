import { LRUCache } from 'lru-cache'
import { readCitedSource, readDisputeOfClaim, readLabel } from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'

type CitedSource = NonNullable<ReturnType<typeof readCitedSource>>

/** What reference records are called now. Those that were read last are kept, however many there are. */
export class Names {
  readonly #reader: Reader
  readonly #labels = new LRUCache<string, string>({ max: KEPT })
  readonly #sources = new LRUCache<string, CitedSource>({ max: KEPT })

  constructor(reader: Reader) {
    this.#reader = reader
  }

  readonly actor = (key: string): string => this.#label('actor', key)
  readonly place = (key: string): string => this.#label('place', key)
  readonly dispute = (key: string): string => this.#label('dispute', key)
  readonly claim = (key: string): string => this.#label('claim', key)

  /** The key of the dispute of a claim. */
  disputeOfClaim(key: string): string {
    return this.#kept(`dispute of ${key}`, () => readDisputeOfClaim(this.#reader, key))
  }

  source(key: string): CitedSource {
    const kept = this.#sources.get(key)
    if (kept !== undefined) return kept
    const source = readCitedSource(this.#reader, key)
    if (source === undefined) throw new Error(`there is no source ${key}`)
    this.#sources.set(key, source)
    return source
  }

  #label(space: 'actor' | 'place' | 'dispute' | 'claim', key: string): string {
    return this.#kept(`${space} ${key}`, () => readLabel(this.#reader, space, key))
  }

  #kept(name: string, read: () => string | undefined): string {
    const kept = this.#labels.get(name)
    if (kept !== undefined) return kept
    const label = read()
    if (label === undefined) throw new Error(`there is no ${name}`)
    this.#labels.set(name, label)
    return label
  }
}

const KEPT = 20_000
