/*
 * Letters of Latin, Cyrillic and Greek that look the same, and words in which they are mixed by mistake: Сургyладзе has one Latin letter. A
 * word is such a mixture if every letter of the rarer script looks like one of the other. All other words of two scripts are two words
 * without a space between them, as NATOнун is.
 */

/** The letters of each look in Latin, Cyrillic and Greek; `-` where a script has none. */
const LOOKS = `AАΑ BВΒ CСϹ EЕΕ HНΗ IІΙ JЈͿ KКΚ MМΜ N-Ν OОΟ PРΡ SЅ- TТΤ XХΧ YУΥ Z-Ζ ƏӘ- ƎӘ- ÇҪ- ÏЇΪ ËЁ- ÖӦ- ƟӨ-
  aаα cсϲ eе- hһ- iіι jјϳ kкκ oоο pрρ sѕ- v-ν xхχ yу- əә- ǝә- çҫ- ïїϊ ëё- öӧ- ɵө-`
  .split(/\s+/)
  .map((look) => Array.from(look))

/** Of scripts with as many letters, the first counts as the script of the word. */
const SCRIPTS = [
  { name: 'Cyrillic', column: 1, letters: /\p{sc=Cyrillic}/gv },
  { name: 'Greek', column: 2, letters: /\p{sc=Greek}/gv },
  { name: 'Latin', column: 0, letters: /\p{sc=Latin}/gv },
].map((script) => ({ ...script, table: tableOf(script.column) }))

/** The letters that look like one of this column, and that one. */
function tableOf(column: number): ReadonlyMap<string, string> {
  const pairs = LOOKS.flatMap((look) => look.map((letter) => [letter, look[column] ?? '-'] as const))
  return new Map(pairs.toReversed().filter(([from, to]) => from !== '-' && to !== '-' && from !== to))
}

/** A text with such words written in one script, letter for letter, so that all offsets stay. */
export function unifyLookalikes(text: string): string {
  return hasScripts(text) ? text.replace(WORD, unifyWord) : text
}

/** A word whose letters are mixed by mistake. */
export interface MixedWord {
  readonly word: string
  /** The letters of the rarer script, each once. */
  readonly strays: readonly string[]
  /** The script of the first of them, and that of the word. */
  readonly scripts: readonly [string, string]
}

/** The words of a text whose letters are mixed by mistake. */
export function mixedWords(text: string): MixedWord[] {
  if (!hasScripts(text)) return []
  return (text.match(WORD) ?? []).flatMap((word) => {
    const unified = unifyWord(word)
    if (unified === word) return []
    const letters = unified.match(ANY)
    const strays = [...new Set(word.match(ANY)?.filter((letter, index) => letter !== letters?.[index]))]
    return [{ word, strays, scripts: [scriptOf(strays.join('')), scriptOf(unified)] }]
  })
}

/** Whether a text has letters of at least two of the scripts, or of Greek: cheap to test, and false for nearly every text. */
function hasScripts(text: string): boolean {
  return CYRILLIC_OR_GREEK.test(text) && LATIN_OR_GREEK.test(text)
}

function scriptOf(letters: string): string {
  return SCRIPTS.find((script) => letters.search(script.letters) >= 0)?.name ?? ''
}

function unifyWord(word: string): string {
  const counts = SCRIPTS.map(({ letters }) => word.match(letters)?.length ?? 0)
  const most = Math.max(...counts)
  if (counts.filter((count) => count > 0).length < 2 || ABBREVIATION.test(word) || UNIT.test(word)) return word
  for (const [index, { letters, table }] of SCRIPTS.entries()) {
    if (counts[index] !== most) continue
    const unified = word.replace(ANY, (letter) => table.get(letter) ?? letter)
    if ((unified.match(ANY)?.length ?? 0) === (unified.match(letters)?.length ?? 0)) return unified
  }
  return word
}

const CYRILLIC_OR_GREEK = /[\p{sc=Cyrillic}\p{sc=Greek}]/v
const LATIN_OR_GREEK = /[\p{sc=Latin}\p{sc=Greek}]/v
const ANY = /[[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}]&&\p{L}]/gv
const WORD = /[[[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}]&&\p{L}]\p{M}]+/gv
/** A unit of measurement, as kΩ. */
const UNIT = /^(?:\p{sc=Latin}\p{sc=Greek}|\p{sc=Greek}\p{sc=Latin})$/v
/** A Latin abbreviation in capitals with a suffix in another script, as COVIDом. */
const ABBREVIATION = /^[\p{sc=Latin}&&\p{Lu}]{2,}[\p{Ll}--\p{sc=Latin}]+$/v
