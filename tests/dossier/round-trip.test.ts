import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exportDossier, type DossierOptions } from '../../src/dossier/export/dossier.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
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

async function exportOf(store: Store, format: DossierOptions['format']): Promise<string> {
  let text = ''
  await exportDossier(store.reader, {
    asOf: store.head(),
    format,
    write: async (piece) => {
      text += piece
    },
  })
  return text
}

it('keeps the order within every space, however small the batches, if all dependencies fit', async () => {
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

it('reaches an order that importing again does not change if batches are too small for all dependencies', async () => {
  await fc.assert(
    fc.asyncProperty(dossiers(), fc.integer({ min: 1, max: 3 }), async (dossier, size) => {
      const settled = await settle(toNdjson(dossier), size)
      expect(await importInBatches(settled, size)).toBe(settled)
    }),
    { numRuns: 30 },
  )
})

it('reaches such an order if actors and sources refer to each other', async () => {
  const edges = (maxLength: number) => fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength, selector: String })
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        cited: edges(20),
        tied: edges(6),
        outlets: fc.array(fc.option(fc.nat(9)), { minLength: 10, maxLength: 10 }),
        size: fc.integer({ min: 1, max: 3 }),
      }),
      async ({ cited, tied, outlets, size }) => {
        const affiliationsOf = (own: number) => [
          ...tied.filter(([from, to]) => from === own && to !== own).map(([, to]) => ({ to: `a${to}` })),
          ...cited.filter(([from]) => from === own).map(([, to]) => ({ to: 'top', sources: [`s${to}`] })),
        ]
        const actors = [...outlets.keys()].map((own) => ({
          key: `a${own}`,
          name: `A${own}`,
          kind: 'organisation',
          affiliations: affiliationsOf(own).map((tie) => ({ relation: 'close-to', ...tie })),
        }))
        const sources = outlets.map((outlet, own) => ({
          key: `s${own}`,
          title: `S${own}`,
          language: 'en',
          reliability: 'B',
          ...(outlet === null ? {} : { outlet: `a${outlet}` }),
        }))
        const top = { key: 'top', name: 'Top', kind: 'organisation' }
        const records = [...[top, ...actors].map((actor) => ({ actor })), ...sources.map((source) => ({ source }))]
        const settled = await settle(records.map((record) => JSON.stringify(record)).join('\n'), size)
        expect(await importInBatches(settled, size)).toBe(settled)
      },
    ),
    { numRuns: 30 },
  )
})

/** What is exported in the end: where actors and sources need each other beyond what fits, a second round may still move some. */
async function settle(ndjson: string, batchSize: number): Promise<string> {
  return await importInBatches(await importInBatches(ndjson, batchSize), batchSize)
}

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
