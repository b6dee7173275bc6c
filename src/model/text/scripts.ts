import { unifyLookalikes } from './lookalikes.ts'

/*
 * A run of letters and digits is cut into words where its script changes, and between digits and letters that are not Latin: NATO는, 2025г.
 *
 * Scripts without spaces between words have no such borders. Only a dictionary can tell where words end there, and none knows the names in
 * the news; around an unknown name the other cuts move too. Such text is therefore cut into units that no word begins or ends within, and
 * which are the same wherever they occur: a search matches where its units follow one another. A unit is a letter with its marks; in
 * Southeast Asian scripts also the vowels written before and after it and the letters stacked under it. Thai ประเทศ has the units ป, ระ,
 * เท, ศ. Korean has spaces, but particles and compounds hang on the noun, so each syllable is a unit: 대통령 is found in 러시아대통령은.
 */

const eastAsian = String.raw`[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]&&[\p{L}\p{Nl}\p{No}]]`
const southeastAsian = String.raw`[[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tai_Tham}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Tai_Viet}]&&[\p{L}\p{Nl}\p{No}]]`
const hangul = String.raw`[\p{sc=Hangul}&&\p{L}]`

/** Marks, invisible characters, and the Armenian marks that stand within a word; they belong to the letter before them. */
export const ATTACHED = String.raw`\p{M}[\p{DI}--\p{L}]\u055B-\u055F`
const attached = `[${ATTACHED}]*`

/** A half-width kana is followed by its voicing mark. */
const eastAsianUnit = String.raw`${eastAsian}[${ATTACHED}\uFF9E\uFF9F]*`

/** Thai and Lao vowels that follow their consonant and are not marks. */
const following = String.raw`[\u0E30\u0E32\u0E33\u0E45\u0EB0\u0EB2\u0EB3]`
/** Lao ໜ and ໝ can also be written as two letters. */
const consonant = String.raw`(?:\u0EAB[\u0E99\u0EA1]|${southeastAsian})`
/** A letter after the Khmer, Myanmar and Tai Tham signs that stack it under the letter before. */
const stacked = String.raw`(?:(?<=[\u17D2\u1039\u1A60])${southeastAsian}${attached})*`
const southeastAsianUnit = String.raw`[\p{Logical_Order_Exception}]*${consonant}${attached}${stacked}(?:${following}${attached})*`

/** A syllable, in one character or in its letters. */
const hangulUnit = String.raw`(?:[\uAC00-\uD7A3]|[\u1100-\u115F\uA960-\uA97C]{1,3}[\u1160-\u11A7\uD7B0-\uD7C6]{1,3}|${hangul})[\u11A8-\u11FF\uD7CB-\uD7FB]*${attached}`

/** Contains every character of these scripts, and is far cheaper to test. */
const perhaps = /[\u0E00-\u1CFF\u2E80-\uFFFF]/
const unspacedLetter = `${eastAsian}|${southeastAsian}|${hangul}`
const unspaced = new RegExp(unspacedLetter, 'v')
const units = new RegExp(`${eastAsianUnit}|${southeastAsianUnit}|${hangulUnit}|(?:(?!${unspacedLetter}).)+`, 'gsv')
const southeast = new RegExp(southeastAsian, 'v')
const katakana = /^[\p{scx=Katakana}&&\p{L}]/v

/** Letters of no script, as tatweel, and what is attached to letters: they never begin another word. */
const neutral = String.raw`[[\p{sc=Common}\p{sc=Inherited}]&&\p{L}]${ATTACHED}`
/** The other scripts with spaces. Those that are not listed are cut from these, but not from one another. */
const SPACED =
  'Cyrillic Greek Hebrew Armenian Georgian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Ethiopic Tibetan Syriac Thaana Mongolian'
    .split(' ')
    .map((script) => String.raw`[[\p{sc=${script}}${neutral}]--\p{N}]+`)
const scriptPieces = [
  String.raw`[\p{sc=Latin}\p{N}${neutral}]+`,
  // In Arabic script, U+200C separates the parts of a word, as می‌گوید, which is also written with a space.
  String.raw`[[\p{sc=Arabic}${neutral}]--[\p{N}\u200C]]+`,
  ...SPACED,
]
const pieces = new RegExp(`${scriptPieces.join('|')}|(?:(?!${scriptPieces.join('|')}).)+`, 'gsv')
const inOneScript = /^(?:[\p{sc=Latin}\p{Nd}\p{M}]+|[[\p{sc=Cyrillic}\p{M}]--\p{N}]+)$/v

/** Whether a text contains a character of a script that is cut into units. */
export function isUnspaced(text: string): boolean {
  return perhaps.test(text) && unspaced.test(text)
}

/**
 * Cuts a run of letters, marks and digits into words and units. Together the pieces have the length of the run; letters that were mistaken
 * for others that look the same are replaced.
 */
export function piecesOf(run: string): readonly string[] {
  if (inOneScript.test(run)) return [run]
  const cut = unifyLookalikes(run).match(units) ?? []
  return cut.flatMap((unit) => (isUnspaced(unit) ? [unit] : (unit.match(pieces) ?? [])))
}

/** Whether a unit, folded or not, is Southeast Asian. */
export function isSoutheastAsian(unit: string): boolean {
  return southeast.test(unit)
}

/** Whether a unit is Katakana, in which foreign names are written. */
export function isKatakana(unit: string): boolean {
  return katakana.test(unit)
}
