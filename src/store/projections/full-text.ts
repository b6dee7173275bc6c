import { termsOf } from '../../model/text/folding.ts'
import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { foldedWords } from '../../model/text/search-query.ts'
import type { Deriving } from './projector.ts'
import { revisionWords } from '../schema/developments.ts'

/** Indexes the text of a revision: headline, summary, and the quotes of a statement. */
export function textIndexer({ connection, rows }: Deriving) {
  const insertText = connection.prepare(
    'insert into development_text (rowid, headline, summary, quotes) values (?, ?, ?, ?)',
  )
  const insertWords = rows.into(revisionWords)
  return (revisionId: number, content: DevelopmentRecord): void => {
    const headline = termsOf(content.headline)
    const summary = termsOf(content.summary)
    const quotes = 'statement' in content ? (content.quotes ?? []).map(({ text }) => termsOf(text)) : []
    insertText.run(revisionId, headline.join(' '), summary.join(' '), foldedWords(quotes))
    insertWords({ revisionId, words: foldedWords([headline, summary, ...quotes]) })
  }
}
