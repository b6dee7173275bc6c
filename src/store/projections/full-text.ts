import { LRUCache } from 'lru-cache'
import { flatCopy } from '../../model/text/detach-string.ts'
import { termsOf } from '../../model/text/folding.ts'
import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { foldedWords } from '../../model/text/search-query.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { Deriving } from './projector.ts'
import { revisionWords } from '../schema/developments.ts'

/** Writes what a revision's text is found by. */
export function textDeriver({ connection, rows }: Deriving) {
  const insertText = connection.prepare(
    'insert into development_text (rowid, headline, summary, quotes) values (?, ?, ?, ?)',
  )
  const insertWords = rows.into(revisionWords)
  const terms = termAdder(connection)
  return {
    add(revisionId: number, content: DevelopmentRecord): void {
      const [headline, summary, ...quotes] = textsOf(content).map(termsOf)
      if (headline === undefined || summary === undefined) throw new Error('a development has a headline and a summary')
      insertText.run(revisionId, headline.join(' '), summary.join(' '), foldedWords(quotes))
      insertWords({ revisionId, words: foldedWords([headline, summary, ...quotes]) })
      terms.add([headline, summary, ...quotes])
    },
    /** For a transaction that is no more. */
    forget: terms.forget,
  }
}

/** Headline and summary, then the quotes. */
function textsOf(content: DevelopmentRecord): string[] {
  const quotes = 'statement' in content ? (content.quotes ?? []) : []
  return [content.headline, content.summary, ...quotes.map(({ text }) => text)]
}

/** Adds words to those there are, looking up only those it has not met lately. */
function termAdder(connection: Connection) {
  const insert = connection.prepare('insert or ignore into text_terms (term) values (?)')
  const met = new LRUCache<string, true>({ max: REMEMBERED })
  return {
    add(texts: readonly (readonly string[])[]): void {
      for (const terms of texts) {
        for (const term of terms) {
          if (met.get(term) !== undefined) continue
          met.set(flatCopy(term), true)
          insert.run(term)
        }
      }
    },
    forget: () => met.clear(),
  }
}

const REMEMBERED = 20_000
