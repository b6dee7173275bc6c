import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exportDossier, type DossierFormat } from '../../src/dossier/export.ts'
import { importDossiers } from '../../src/dossier/import.ts'
import type { Store } from '../../src/store/store.ts'
import { bundledRecord } from '../_support/bundled-record.ts'
import { dossiers, toJson, toNdjson } from '../_support/random-dossier.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

it.each(['yaml', 'ndjson'] as const)(
  'gives the same bytes on export, import into an empty store, export: random records, %s',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(dossiers(), fc.boolean(), async (dossier, asJson) => {
        using place = temporaryFile()
        const file = join(place.folder, asJson ? 'random.json' : 'random.ndjson')
        writeFileSync(file, asJson ? toJson(dossier) : toNdjson(dossier))
        await using first = await openTemporaryStore()
        const imported = await importDossiers(first.store, { files: [file] })
        expect(imported.problems).toEqual([])
        const exported = await exportOf(first.store, format)
        const again = join(place.folder, `again.${format}`)
        writeFileSync(again, exported)
        await using second = await openTemporaryStore()
        expect(await importDossiers(second.store, { files: [again] })).toMatchObject({
          problems: [],
          counts: imported.counts,
        })
        expect(await exportOf(second.store, format)).toBe(exported)
        expect(await importDossiers(first.store, { files: [again] })).toMatchObject({ changeCount: 0 })
      }),
      { numRuns: 30 },
    )
  },
)

it.each(['yaml', 'ndjson'] as const)('gives the same bytes of the bundled record, as %s', async (format) => {
  using place = temporaryFile()
  await using first = await openTemporaryStore()
  const imported = await importDossiers(first.store, { files: [bundledRecord] })
  const exported = await exportOf(first.store, format)
  const again = join(place.folder, `again.${format}`)
  writeFileSync(again, exported)
  await using second = await openTemporaryStore()
  expect(await importDossiers(second.store, { files: [again] })).toMatchObject({
    problems: [],
    counts: imported.counts,
  })
  expect(imported.counts.recorded).toBeGreaterThan(100)
  expect(await exportOf(second.store, format)).toBe(exported)
  expect(await importDossiers(first.store, { files: [again] })).toMatchObject({ problems: [], changeCount: 0 })
})

async function exportOf(store: Store, format: DossierFormat): Promise<string> {
  let text = ''
  await exportDossier(store, {
    format,
    write: async (piece) => {
      text += piece
    },
  })
  return text
}

it('keeps the order within every space, however small the batches, where all that is needed fits', async () => {
  await fc.assert(
    fc.asyncProperty(dossiers(), async (dossier) => {
      const [first, second] = [
        await importInBatches(toNdjson(dossier), 1_000),
        await importInBatches(toNdjson(dossier), 12),
      ]
      expect(second).toBe(first)
    }),
    { numRuns: 30 },
  )
})

it('comes to an order that importing again does not change, where batches are too small for all that is needed', async () => {
  await fc.assert(
    fc.asyncProperty(dossiers(), fc.integer({ min: 1, max: 3 }), async (dossier, size) => {
      const first = await importInBatches(toNdjson(dossier), size)
      expect(await importInBatches(first, size)).toBe(first)
    }),
    { numRuns: 30 },
  )
})

/** Imports NDJSON into an empty store in batches of so many, and exports it. */
async function importInBatches(ndjson: string, batchSize: number): Promise<string> {
  using place = temporaryFile()
  const file = join(place.folder, 'a.ndjson')
  writeFileSync(file, ndjson)
  await using opened = await openTemporaryStore()
  expect(await importDossiers(opened.store, { files: [file], batchSize })).toMatchObject({
    problems: [],
    refused: false,
  })
  return await exportOf(opened.store, 'ndjson')
}
