import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { makeDispute, type Line } from './dispute.ts'
import { makeWorld, outlineDisputes } from './world.ts'

export interface Dossier {
  readonly rows: number
  readonly seed: number
}

/** Writes a dossier of `rows` developments as NDJSON, one dispute after the other, in constant memory. */
export async function writeDossier(file: string, dossier: Dossier): Promise<void> {
  const out = createWriteStream(file)
  let pending = `${JSON.stringify({ dossier: 1 })}\n`
  for (const line of linesOf(dossier)) {
    pending += `${JSON.stringify(line)}\n`
    if (pending.length < CHUNK) continue
    if (!out.write(pending)) await once(out, 'drain')
    pending = ''
  }
  out.end(pending)
  await finished(out)
}

const CHUNK = 1 << 20

function* linesOf({ rows, seed }: Dossier): IterableIterator<Line> {
  const world = makeWorld(seed)
  for (const actor of world.actors) yield { actor }
  for (const place of world.places) yield { place }
  const outlines = outlineDisputes(rows)
  for (const outline of outlines) yield* makeDispute({ world, seed, outlines }, outline)
}
