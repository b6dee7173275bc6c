/*
 * Scripts that put no space between words. Where words end there, only a dictionary could tell, and none knows the names that news is about:
 * a name that it does not know moves the cuts beside it too. So their texts are cut into characters that no word begins or ends within, the
 * same wherever they stand, and what is searched for is found where its characters follow one another. Such a character is a letter with
 * the marks on it, in Southeast Asia with the vowels written before and behind it and what is stacked under it. Of Thai ประเทศ: ป, ระ, เท, ศ.
 */

const eastAsian = String.raw`[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]&&[\p{L}\p{N}]]`
const southeastAsian = String.raw`[[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tai_Tham}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Tai_Viet}]&&[\p{L}\p{N}]]`

/** Without a letter of their own: marks, and what only says how to set them. */
export const ATTACHED = String.raw`\p{M}\u00AD\u2060\u200C\u200D`
const attached = `[${ATTACHED}]*`

/** A halfwidth kana has its voicing mark behind it. */
const eastAsianCharacter = String.raw`${eastAsian}[${ATTACHED}\uFF9E\uFF9F]*`

/** Thai and Lao vowels that stand behind their consonant, and are no marks. */
const behind = String.raw`[\u0E30\u0E32\u0E33\u0E45\u0EB0\u0EB2\u0EB3]`
/** Lao ໜ and ໝ may be written as two. */
const consonant = String.raw`(?:\u0EAB[\u0E99\u0EA1]|${southeastAsian})`
/** Behind signs of Khmer, Myanmar and Tai Tham that put the next letter under this one. */
const stacked = String.raw`(?:(?<=[\u17D2\u1039\u1A60])${southeastAsian}${attached})*`
const southeastAsianCharacter = String.raw`[\p{Logical_Order_Exception}]*${consonant}${attached}${stacked}(?:${behind}${attached})*`

/** No such character is outside of these, and a look for them is far cheaper. */
const perhaps = /[\u0E00-\u1CFF\u2E80-\uFFFF]/
const unspaced = new RegExp(`${eastAsian}|${southeastAsian}`, 'v')
const pieces = new RegExp(
  `${eastAsianCharacter}|${southeastAsianCharacter}|(?:(?!${eastAsian}|${southeastAsian}).)+`,
  'gsv',
)

/** Whether any of a text is in such a script. */
export function isUnspaced(text: string): boolean {
  return perhaps.test(text) && unspaced.test(text)
}

/** A run of letters, marks and digits, as the characters of such scripts and what stands between them. */
export function piecesOf(run: string): readonly string[] {
  return run.match(pieces) ?? []
}

/** Of a folded or unfolded character: whether it is one of Southeast Asia. */
export function isSoutheastAsian(text: string): boolean {
  return southeast.test(text)
}

/** Whether it is written in Katakana, as are names from abroad. */
export function isKatakana(text: string): boolean {
  return katakana.test(text)
}

/** Writings of the same that no normal form makes equal: a doubled เ for แ, and the two orders of a tone and the ring of ำ. */
export function unifySpelling(text: string): string {
  return text
    .replace(/\u0E40\u0E40/g, '\u0E41')
    .replace(/\u0EC0\u0EC0/g, '\u0EC1')
    .replace(/(\u0E4D)([\u0E48-\u0E4B]+)(?=\u0E32)|(\u0ECD)([\u0EC8-\u0ECB]+)(?=\u0EB2)/g, '$2$1$4$3')
}

const southeast = new RegExp(southeastAsian, 'v')
const katakana = /^[\p{scx=Katakana}&&\p{L}]/v
