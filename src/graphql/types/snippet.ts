import { SNIPPET_WORDS, type SnippetPart as Part } from '../../model/text/snippet.ts'
import { readSnippets } from '../../store/search/snippets.ts'
import { builder } from '../core/builder.ts'
import { share } from '../core/batch-loader.ts'
import { DevelopmentEdge } from './development.ts'

const SnippetPart = builder.objectRef<Part>('SnippetPart').implement({
  description: 'A piece of a snippet: plain text, as it was written, never markup.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The piece; `…` at an end stands for what was cut off.' }),
    match: t.exposeBoolean('match', { description: 'Whether it is what was searched for.' }),
  }),
})

builder.objectField(DevelopmentEdge, 'snippet', (t) =>
  t.field({
    type: [SnippetPart],
    nullable: true,
    complexity: { field: 5, multiplier: 1 },
    description: `Where the filter’s text was found, in about ${SNIPPET_WORDS} words: of headline, summary and quotes the one that holds most of its terms, around the first match; a participant’s name or alias where none of them holds any. Null without a text in the filter.`,
    resolve: ({ node, page: { list } }, _, { reader }) => {
      const text = list.filter?.text
      if (text == null) return null
      return share(node, `snippet for ${text}`, (developments) => readSnippets(reader, developments, text))
    },
  }),
)
