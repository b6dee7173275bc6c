import type { GraphQLError } from 'graphql'
import { DemarcheError } from '../../../model/errors.ts'
import type { Reading } from '../../graphql/executor.ts'
import { capital } from './chips.ts'
import { html, type Html } from './html.ts'

/** The parts of a page that are read one by one: one that fails is all that is missing from the page. */
export class Sections<Name extends string> {
  /** Why a section cannot be shown. */
  readonly failures = new Map<Name, GraphQLError>()
  readonly #present: Reading['present']

  constructor(present: Reading['present']) {
    this.#present = present
  }

  /** What sections show; null if it cannot be read. Throws where the address is at fault. */
  async read<Data>(names: readonly Name[], data: Promise<Data>): Promise<Data | null> {
    try {
      return await data
    } catch (error) {
      if (error instanceof DemarcheError && error.code === 'BAD_CURSOR') throw error
      const failure = this.#present(error)
      for (const name of names) this.failures.set(name, failure)
      return null
    }
  }
}

interface Failed {
  readonly id: string
  readonly title: Html
  /** The address of the page. It has no fragment: with one, the browser would only scroll to the section. */
  readonly again: string
  readonly tools?: Html
}

/** What stands in place of a section. */
export function describeFailure(failure: GraphQLError, { id, title, again, tools }: Failed): Html {
  return html`<section id="${id}">
    <h2>${title}</h2>
    ${describeReason(failure, again)}
    ${tools}
  </section>`
}

/** The same within a section, or for what has no heading. */
export function describeReason({ message, extensions }: GraphQLError, again: string, what = 'This section'): Html {
  return html`<div class="err" role="alert">
    <p><b>${what} cannot be shown now.</b> The rest of the page is complete. <a href="${again}">Try again</a></p>
    <p class="m">${capital(message)} (${extensions.code})</p>
  </div>`
}
