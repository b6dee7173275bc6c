import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { DemarcheError } from '../../src/model/errors.ts'
import { openStore, rebuildStore } from '../../src/store/open.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { projectedRows } from '../_support/projected-rows.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { Historian, movingHistories } from '../_support/random-history.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const BUNDLED = resolve(import.meta.dirname, '../../dossiers/j2-8243.yaml')

describe('a store rebuilt from its log', () => {
  test('has the same rows in every projected table, whatever its history', async () => {
    await fc.assert(
      fc.asyncProperty(movingHistories, async (steps) => {
        await using opened = await openTemporaryStore()
        const { store, file } = opened
        const historian = new Historian()
        await store.append({ batches: [historian.opening], origin: 'IMPORT' })
        for (const step of steps) {
          const plan = historian.plan(step)
          if (plan === null) continue
          const outcome = await store.append({ batches: [plan.batch], origin: 'API' }).then(
            () => 'APPENDED',
            (error: unknown) => (error instanceof DemarcheError ? error.code : error),
          )
          expect(outcome).toBe(plan.refused ? 'REFERENCE_UNKNOWN' : 'APPENDED')
        }
        const before = projectedRows(file)
        await rebuildStore(file, () => {})
        expect(projectedRows(file)).toEqual(before)
      }),
      { numRuns: 60 },
    )
  })

  test('has the same rows for the bundled record', async () => {
    await using opened = await openTemporaryStore()
    await importDossiers(opened.store, { files: [BUNDLED] })
    const before = projectedRows(opened.file)
    await rebuildStore(opened.file, () => {})
    expect(projectedRows(opened.file)).toEqual(before)
  })

  test('reports its progress', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [setting], origin: 'IMPORT' })
    const steps: string[] = []
    await rebuildStore(opened.file, (done, total) => steps.push(`${done}/${total}`))
    expect(steps).toEqual([`0/${setting.length}`, `${setting.length}/${setting.length}`])
  })

  test.skipIf(ARE_NODES)('is opened in place of one that another version projected', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [[...setting, planned('event', event())]], origin: 'IMPORT' })
    const expected = projectedRows(opened.file)
    const tampering = new Database(opened.file)
    tampering.exec(
      "update projection set projected_with = 'another'; update actors set name = 'Wrong'; delete from figures",
    )
    tampering.close()
    let reports = 0
    const again = await openStore({ file: opened.file, onRebuild: () => reports++ })
    expect(reports).toBeGreaterThan(0)
    expect(projectedRows(opened.file)).toEqual(expected)
    again.close()
  })

  test('shows readers the old rows until it commits, and writers that the store is busy', async () => {
    await using opened = await openTemporaryStore()
    const { store, file } = opened
    await store.append({ batches: [setting], origin: 'IMPORT' })
    const names: unknown[] = []
    const refusals: unknown[] = []
    const other = new Database(file)
    other.pragma('busy_timeout = 0')
    await rebuildStore(file, () => {
      names.push(store.reader.get("select name from actors where key = 'north'"))
      try {
        other.exec('begin immediate')
      } catch (error) {
        refusals.push(error)
      }
    })
    other.close()
    expect(names).toEqual([{ name: 'Northland' }, { name: 'Northland' }])
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'SQLITE_BUSY' }),
      expect.objectContaining({ code: 'SQLITE_BUSY' }),
    ])
  })
})
