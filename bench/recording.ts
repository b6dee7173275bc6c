import type { RecordOf } from '../src/model/records/definitions.ts'
import type { Append } from '../src/store/append.ts'

/** An event that a single writer records. */
export interface Event {
  readonly key: string
  readonly headline?: string
  /** Keys of existing records. */
  readonly source: string
  readonly actor?: string
  readonly dispute?: string
}

export function recordEvent({ key, headline = `Event ${key}`, source, actor, dispute }: Event): Append {
  const content: RecordOf<'event'> = {
    event: key,
    headline,
    summary: 'Several witnesses saw it.',
    date: '2024-12-25',
    'event-kind': 'incident',
    'evidential-status': 'reported',
    ...(dispute === undefined ? {} : { disputes: [dispute] }),
    ...(actor === undefined ? {} : { participants: [{ actor, role: 'participant' }] }),
    citations: [{ source, credibility: 2, basis: 'own-reporting' }],
  }
  return { batches: [[{ record: 'event', key, kind: 'RECORDED', content, revision: 1 }]], origin: 'API' }
}

export function recordSource(key: string): Append {
  const content: RecordOf<'source'> = { key, title: 'Witness report', language: 'en', reliability: 'B' }
  return { batches: [[{ record: 'source', key, kind: 'RECORDED', content, revision: 1 }]], origin: 'API' }
}

export function recordActor(key: string): Append {
  const content: RecordOf<'actor'> = { key, name: 'State', kind: 'state' }
  return { batches: [[{ record: 'actor', key, kind: 'RECORDED', content, revision: 1 }]], origin: 'API' }
}
