import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exportDossier, type DossierFormat } from '../../src/dossier/export.ts'
import { importDossiers } from '../../src/dossier/import.ts'
import type { Store } from '../../src/store/store.ts'
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
        const exported = await exported_(first.store, format)
        const again = join(place.folder, `again.${format}`)
        writeFileSync(again, exported)
        await using second = await openTemporaryStore()
        expect(await importDossiers(second.store, { files: [again] })).toMatchObject({
          problems: [],
          counts: imported.counts,
        })
        expect(await exported_(second.store, format)).toBe(exported)
        expect(await importDossiers(first.store, { files: [again] })).toMatchObject({ changeCount: 0 })
      }),
      { numRuns: 30 },
    )
  },
)

async function exported_(store: Store, format: DossierFormat): Promise<string> {
  let text = ''
  await exportDossier(store, {
    format,
    write: async (piece) => {
      text += piece
    },
  })
  return text
}
