import fc from 'fast-check'
import { malformedDossiers } from './malformed/dossiers.ts'
import { frames } from './malformed/frames.ts'
import { graphqlRequests, importOf, rawRequests } from './malformed/requests.ts'
import { type Case, Target } from './malformed/target.ts'
import type { Proof } from './proof.ts'

/*
 * Sends what is wrong in any way to a service in a process of its own: operations that are written from the schema or taken from the playground,
 * bodies, requests of HTTP, frames of WebSockets and dossiers, with mistakes in their structure, their text and their bytes. Each is answered or
 * its connection is closed, in time; no answer has a status of 500 or above, but for the service being busy; no answer names anything internal;
 * the service neither ends nor logs an error; and nothing is left open.
 */

/** Clients that send at the same time. Each has a seed of its own, so that a run is repeated with the same number of them. */
const CLIENTS = 8
/** Within so many milliseconds after a failure, a smaller one is looked for. */
const SHRINKING = 60_000

const KINDS: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Case> }[] = [
  { weight: 450, arbitrary: graphqlRequests.map((bytes) => ({ kind: 'whole', bytes })) },
  { weight: 250, arbitrary: rawRequests.map((bytes) => ({ kind: 'raw', bytes })) },
  { weight: 180, arbitrary: frames.map((bytes) => ({ kind: 'frames', bytes })) },
  { weight: 117, arbitrary: malformedDossiers.map((dossier) => ({ kind: 'check', dossier })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(malformedDossiers, fc.boolean())
      .map(([{ text }, dryRun]) => ({ kind: 'whole', bytes: importOf(text, dryRun) })),
  },
]

export const malformed: Proof = {
  name: 'malformed',
  promise: 'Whatever a client sends is answered or refused in time, and no answer names anything internal.',
  async prove({ long, seed = Math.floor(Math.random() * 2 ** 31) }) {
    const numRuns = (long ? 100_000 : 2_000) / CLIENTS
    await using target = await Target.start()
    let sent = 0
    let failedAt = Infinity
    let earlier: Promise<unknown> = Promise.resolve()
    const send = (client: Client) => async (tried: Case) => {
      const isFailed = failedAt < Infinity
      // The others only end what they have begun: what they send could be to blame.
      if ((isFailed && !client.hasFailed) || performance.now() > failedAt + SHRINKING) return
      sent++
      const answered = isFailed ? earlier.then(() => target.faultOf(tried)) : target.faultOf(tried)
      earlier = settle([earlier, answered])
      const fault = await answered
      if (fault === undefined) return
      failedAt = Math.min(failedAt, performance.now())
      client.hasFailed = true
      throw new Error(fault)
    }
    const runs = await Promise.all(
      Array.from({ length: CLIENTS }, (_, client) =>
        fc.check(fc.asyncProperty(fc.oneof(...KINDS), send({ hasFailed: false })), {
          seed: Math.imul(seed, 0x9e3779b1) + client,
          numRuns,
        }),
      ),
    )
    const failed = runs.filter(({ failed: hasFailed }) => hasFailed)
    if (failed.length > 0) throw new Error(describe(failed, seed))
    const left = await target.leftOpen()
    if (left !== undefined) throw new Error(`${left}; seed ${seed}`)
    return `${sent} malformed requests and dossiers, seed ${seed}: 0 unanswered, 0 crashes, 0 internal errors, 0 internal words`
  },
}

async function settle(all: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(all)
}

interface Client {
  hasFailed: boolean
}

/** When the service ends, all that was under way fails. What was to blame is first: it alone fails again when it is simplified. */
function describe(failed: readonly fc.RunDetails<[Case]>[], seed: number): string {
  const lines = failed
    .toSorted((one, other) => other.numShrinks - one.numShrinks)
    .map(({ counterexample, errorInstance, numShrinks }) => {
      const tried = JSON.stringify(counterexample?.[0])
      const fault = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
      const shown = tried.length > 4_000 ? `${tried.slice(0, 4_000)}… (${tried.length} characters)` : tried
      return `${fault}\n  after ${numShrinks} simplifications: ${shown}`
    })
  return `seed ${seed}\n${lines.join('\n')}`
}
