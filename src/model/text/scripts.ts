/*
 * Scripts without spaces between words. Only a dictionary can tell where words end there, and none knows the names in the news; around an
 * unknown name the other cuts move too. Such text is therefore cut into units that no word begins or ends within, and which are the same
 * wherever they occur: a search matches where its units follow one another. A unit is a letter with its marks; in Southeast Asian scripts
 * also the vowels written before and after it and the letters stacked under it. Thai ประเทศ has the units ป, ระ, เท, ศ.
 */

const eastAsian = String.raw`[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]&&[\p{L}\p{N}]]`
const southeastAsian = String.raw`[[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tai_Tham}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Tai_Viet}]&&[\p{L}\p{N}]]`

/** Marks and invisible formatting characters, which belong to the letter before them. */
export const ATTACHED = String.raw`\p{M}\u00AD\u2060\u200C\u200D`
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

/** Contains every character of these scripts, and is far cheaper to test. */
const perhaps = /[\u0E00-\u1CFF\u2E80-\uFFFF]/
const unspaced = new RegExp(`${eastAsian}|${southeastAsian}`, 'v')
const pieces = new RegExp(`${eastAsianUnit}|${southeastAsianUnit}|(?:(?!${eastAsian}|${southeastAsian}).)+`, 'gsv')
const southeast = new RegExp(southeastAsian, 'v')
const katakana = /^[\p{scx=Katakana}&&\p{L}]/v

/** Whether a text contains a character of such a script. */
export function isUnspaced(text: string): boolean {
  return perhaps.test(text) && unspaced.test(text)
}

/** Cuts a run of letters, marks and digits into the units of such scripts and what is between them. */
export function piecesOf(run: string): readonly string[] {
  return run.match(pieces) ?? []
}

/** Whether a unit, folded or not, is Southeast Asian. */
export function isSoutheastAsian(unit: string): boolean {
  return southeast.test(unit)
}

/** Whether a unit is Katakana, in which foreign names are written. */
export function isKatakana(unit: string): boolean {
  return katakana.test(unit)
}

/** Unifies spellings that no normal form unifies: a doubled เ for แ, and both orders of a tone mark and the ring of ำ. */
export function unifySpelling(text: string): string {
  return text
    .replace(/\u0E40\u0E40/g, '\u0E41')
    .replace(/\u0EC0\u0EC0/g, '\u0EC1')
    .replace(/(\u0E4D)([\u0E48-\u0E4B]+)(?=\u0E32)|(\u0ECD)([\u0EC8-\u0ECB]+)(?=\u0EB2)/g, '$2$1$4$3')
}
