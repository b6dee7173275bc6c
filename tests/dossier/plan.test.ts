import { describe, expect, it } from 'vitest'
import { contentText } from '../../src/model/records/canonical-record.ts'
import {
  hashOf,
  planRecord,
  type StoredRecord,
  type IncomingRecord,
  type PlanOptions,
} from '../../src/dossier/import/plan.ts'
import { event } from '../_support/planned-changes.ts'

const text = (headline: string) => contentText(event({ headline }))

function incoming(headline: string, retract: string | null = null): IncomingRecord {
  return { record: 'event', key: 'ferry/sinking', content: text(headline), retract }
}

/** What the store holds: a headline, and how it came there. */
function stored(
  headline: string,
  how: Partial<StoredRecord> & { imported?: string; importedRetract?: string } = {},
): StoredRecord {
  const { imported, importedRetract = null, ...rest } = how
  const baseline = imported === undefined ? undefined : hashOf({ content: text(imported), retract: importedRetract })
  return {
    record: 'event',
    revision: 3,
    content: text(headline),
    retracted: null,
    redacted: null,
    origin: 'API',
    baseline,
    ...rest,
  }
}

function outcome(one: IncomingRecord, other: StoredRecord | undefined, options: PlanOptions = {}) {
  const planned = planRecord(one, other, options)
  if (!('changes' in planned)) return planned.outcome
  return planned.changes
    .map(({ kind, revision, note }) => `${kind} ${revision}${note === undefined ? '' : ` ${note}`}`)
    .join(', ')
}

describe('a key that is new to the store', () => {
  it('is recorded', () => expect(outcome(incoming('A'), undefined)).toBe('RECORDED 1'))
  it('is recorded, then retracted', () =>
    expect(outcome(incoming('A', 'wrong'), undefined)).toBe('RECORDED 1, RETRACTED 2 wrong'))
  it('is recorded without the note of revisions', () =>
    expect(outcome(incoming('A'), undefined, { note: 'news' })).toBe('RECORDED 1'))
})

describe('a record not amended since its import', () => {
  const same = stored('A', { imported: 'A', origin: 'IMPORT' })
  it('is left alone if the dossier says the same', () => expect(outcome(incoming('A'), same)).toBe('UNCHANGED'))
  it('is revised, with the note', () => expect(outcome(incoming('B'), same, { note: 'news' })).toBe('REVISED 4 news'))
  it('is corrected on request', () => expect(outcome(incoming('B'), same, { correct: true })).toBe('CORRECTED 4'))
  it('is retracted with its last content', () =>
    expect(outcome(incoming('A', 'wrong'), same)).toBe('RETRACTED 4 wrong'))
  it('is revised, then retracted', () =>
    expect(outcome(incoming('B', 'wrong'), same)).toBe('REVISED 4, RETRACTED 5 wrong'))
})

describe('a record amended through the API since its import', () => {
  const amended = stored('B', { imported: 'A' })
  it('is left alone if the dossier did not change', () => expect(outcome(incoming('A'), amended)).toBe('UNCHANGED'))
  it('is left alone even with overwrite', () =>
    expect(outcome(incoming('A'), amended, { overwrite: true })).toBe('UNCHANGED'))
  it('is in conflict if the dossier changed too', () => expect(outcome(incoming('C'), amended)).toBe('CONFLICT'))
  it('is revised with overwrite', () => expect(outcome(incoming('C'), amended, { overwrite: true })).toBe('REVISED 4'))
  it('is left alone if both changed to the same', () => expect(outcome(incoming('B'), amended)).toBe('UNCHANGED'))
  it('is retracted if the dossier says the same and retracts it', () =>
    expect(outcome(incoming('B', 'wrong'), amended)).toBe('RETRACTED 4 wrong'))
})

describe('a record without a baseline', () => {
  it('is in conflict if the API recorded something else', () =>
    expect(outcome(incoming('A'), stored('B'))).toBe('CONFLICT'))
  it('is left alone if the API recorded the same', () => expect(outcome(incoming('A'), stored('A'))).toBe('UNCHANGED'))
})

describe('a retracted record', () => {
  const retracted = stored('A', { imported: 'A', importedRetract: 'wrong', retracted: 'wrong', origin: 'IMPORT' })
  it('is left alone if the dossier retracts it too', () =>
    expect(outcome(incoming('A', 'wrong'), retracted)).toBe('UNCHANGED'))
  it.each([
    ['its retraction was removed', incoming('A'), 'RETRACTION_UNDONE'],
    ['its content changed', incoming('B', 'wrong'), 'RETRACTED_CHANGED'],
    ['its reason changed', incoming('A', 'other'), 'RETRACTED_CHANGED'],
  ])('is refused if %s, even with overwrite', (_, one, code) => {
    expect(planRecord(one, retracted, { overwrite: true })).toMatchObject({ outcome: 'REFUSED', code })
  })

  const byOthers = stored('A', { imported: 'A', retracted: 'their reason' })
  it('is left alone if the API retracted it and the dossier did not change', () => {
    expect(outcome(incoming('A'), byOthers)).toBe('UNCHANGED')
  })
  it('is left alone if the dossier retracts it for another reason', () =>
    expect(outcome(incoming('A', 'ours'), byOthers)).toBe('UNCHANGED'))
  it('is in conflict if the API retracted it and the dossier changed', () =>
    expect(outcome(incoming('B'), byOthers)).toBe('CONFLICT'))
})

it('refuses a key that changes its kind', () => {
  expect(planRecord(incoming('A'), stored('A', { record: 'measure' }), {})).toEqual({
    outcome: 'REFUSED',
    code: 'KIND_CHANGED',
    message:
      '"ferry/sinking" is already recorded as a measure, and its kind cannot change; give the event a key of its own',
  })
})
