import { vocabulary, type ValueOf } from './vocabulary.ts'

export const SourceGenre = vocabulary('SourceGenre', 'What sort of document a source is.', {
  NEWS: 'Reports what happened or was said, as journalism.',
  COMMENTARY: 'Interprets or argues: analysis, opinion, editorial.',
  AGGREGATION: 'Gathers the reporting of several others into one text of its own.',
  REPUBLICATION: 'Carries a document of another outlet as it stands.',
  OFFICIAL: 'Issued by a state, an organ or an organisation in its own name.',
  DATASET: 'Structured records, such as tables or coded events.',
  OTHER: 'None of these.',
})
export type SourceGenre = ValueOf<typeof SourceGenre>

export const CitationBasis = vocabulary('CitationBasis', 'On what footing a source tells what it is cited for.', {
  OWN_REPORTING: 'The source found it out itself: its reporter saw it, or was told at first hand.',
  QUOTES_OFFICIAL: 'The source gives the words of an official or of an official document.',
  RELAYS_OTHER: 'The source repeats what another outlet, agency or publication reported.',
  ANALYSIS: 'The source infers it from facts that it sets out.',
  OPINION: 'The source holds it as its author’s or its editors’ view.',
  LINKED_HEADLINE: 'Only a headline linked from the source says so, the article behind it unread.',
  IMAGE_TEXT: 'Only a picture’s caption, credit or lettering says so.',
})
export type CitationBasis = ValueOf<typeof CitationBasis>
