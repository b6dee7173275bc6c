/*
 * Characters that a terminal obeys rather than shows: the control characters C0, DEL and C1, the marks, embeddings, overrides and isolates
 * of bidirectional text, and the separators of lines and paragraphs. Each is written as \uXXXX, which JSON reads as the character itself.
 */

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** The text on one line, with all of these characters escaped. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, escapeCharacter)
}

/** The lines of a text, or JSON, with all of these characters escaped but the line feeds. */
export function escapeLines(text: string): string {
  return text.replace(CONTROLS, (character) => (character === '\n' ? character : escapeCharacter(character)))
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
