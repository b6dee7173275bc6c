/*
 * Letters that have no decomposition in Unicode, by the plain letters that people type for them. Marks, case and compatibility forms are
 * removed beforehand, so only lower-case letters are listed. Lucene's ASCIIFoldingFilter, ICUFoldingFilter and its normalizers for Arabic,
 * Persian and the scripts of India fold the same letters; the tests list where this table differs on purpose.
 */
const LETTERS_BY_PLAIN = `
  a:əǝɐɑɒɚᴀᶏᶐᶕⱥꬰꬱꭤ b:ƀƃɓʙᴃᵬᶀꞗ c:ƈȼɕʗᴄↄꜿꞓꞔ d:ðđƌƍȡɖɗᴅᴆᵭᶁᶑẟꝺꟈ e:ɇɘɛɜɝɞʚᴇᴈᶒᶓᶔⱸⱻꬲꬳꬴ f:ƒᵮᶂⅎꜰꝼꞙꟻꬵ
  g:ǥɠɡɢɣʛᵷᵹᶃꝿꞡꟑꬶ h:ħɥɦʜʮʯⱨⱶꜧꞕ i:ıɨɩɪᴉᵻᵼᶖꟾ j:ȷɉɟʄʝᴊ k:ƙʞᴋᶄⱪꝁꝃꝅꞣ l:łƚȴɫɬɭʟᴌᶅⱡꝇꝉꞁꞎꬷꬸꬹ m:ɯɰɱᴍᴟᵯᶆꟺꟽꟿꬺ
  n:ŋƞȵɲɳɴᴎᵰᶇꞑꞥꬻꬼ o:øɔɵʘᴏᴐᴑᴒᴓᴖᴗᶗⱺꝋꝍꟁꬽꬾꬿꭃꭄ p:ƥᴘᵱᵽᶈꝑꝓꝕꟼ q:ĸɋʠꝗꝙꞯ r:ɍɹɺɻɼɽɾɿʀʁᴙᴚᵲᵳᶉⱹꝛꞃꞧꭅꭆꭇꭉꭋꭌꭨ
  s:ȿʂᵴᶊẜẝꜱꞅꞩꟊ t:ŧƫƭȶʇʈᴛᵵⱦꞇ u:ʉʊᴜᴝᴞᵾᵿᶙꞹꭎꭏꭒ v:ʋʌᴠᶌỽⱱⱴꝟꝩ w:ƿʍᴡⱳꟃ x:ᶍꭖꭗꭘꭙ y:ƴɏʎʏỿꭚ z:ƶȝȥɀʐʑʒᴢᵶᶎⱬꝣ
  aa:ꜳ ae:æᴁᴂꞛ ao:ꜵ au:ꜷ av:ꜹꜻ ay:ꜽ db:ȸ dz:ʣʥꭦ fn:ʩ hv:ƕ ll:ỻ ls:ʪ lz:ʫ oe:œɶᴔꞝꭀꭁꭂꭢ oo:ꝏ ou:ȣᴕ qp:ȹ ss:ß tc:ʨ th:þᵺꝥꝧ ts:ʦꭧ tz:ꜩ
  ue:ᵫꞟ vy:ꝡ
  σ:ς
  а:ә ае:ӕ в:ᲀ г:ґғҕӷӻ д:ᲁ ж:җ з:ҙӡ и:ҋ і:ӏ к:қҝҟҡӄԟ л:ӆԓԡԯ м:ӎ н:ңҥӈӊԣԩ о:өᲂ п:ҧԥ р:ҏ с:ҫᲃ т:ҭᲄᲅꚋ у:үұ х:ҳһӽӿԧ ч:ҷҹҽҿӌ
  ъ:ᲆ ь:ҍ ѡ:ѽ ѣ:ᲇ
  וו:װ וי:ױ יי:ײ
  ا:ٱٲٳݳݴ ه:ةەہھۃۿ ي:ؠؽؾؿىیۍێېےݵݶݷݺݻ و:ۄۅۆۇۈۉۊۋۏ ك:ػؼکڪݢݣݤݿ گ:ګ ن:ں ف:ڤڡ ق:ٯ ر:ڕ ل:ڵ
  ं:ँ ত্:ৎ ണ്:ൺ ന്:ൻ ര്:ർ ല്:ൽ ള്:ൾ ക്:ൿ`

const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map(
  LETTERS_BY_PLAIN.trim()
    .split(/\s+/)
    .flatMap((row) => {
      const [plain = '', letters = ''] = row.split(':')
      return Array.from(letters, (letter) => [letter, plain] as const)
    }),
)
const UNDECOMPOSED = new RegExp(`[${[...PLAIN_LETTERS.keys()].join('')}]`, 'gv')

/** Replaces the letters of a text in lower case that Unicode does not decompose by their plain letters. */
export function toPlainLetters(text: string): string {
  return text.replace(UNDECOMPOSED, (letter) => PLAIN_LETTERS.get(letter) ?? letter)
}

/** The letters that people type in two ways: Azerbaijani ə as `a` and as `e`. {@link toPlainLetters} gives the first. */
const TWO_READINGS = /[əǝә]/giu

/** The text with the second reading of such letters; undefined if it has none. */
export function secondReading(text: string): string | undefined {
  const read = text.replace(TWO_READINGS, (letter) => (/\p{sc=Cyrillic}/v.test(letter) ? 'е' : 'e'))
  return read === text ? undefined : read
}

/** Replaces every decimal digit of any script by its ASCII digit. */
export function toAsciiDigits(text: string): string {
  return text.replace(OTHER_DIGITS, (digit) => {
    // The digits of a script are contiguous and in order.
    let lower = 0
    const code = digit.codePointAt(0) ?? 0
    while (DIGIT.test(String.fromCodePoint(code - lower - 1))) lower++
    return String(lower % 10)
  })
}

const DIGIT = /\p{Nd}/v
const OTHER_DIGITS = /[\p{Nd}--[0-9]]/gv

/*
 * Spellings that a table of single letters cannot unify, in folded texts: Armenian եւ, which the ligature և becomes, and եվ; the nasal
 * consonants of Devanagari before another consonant, which are also written as ं (हिन्दी, हिंदी); a doubled เ for แ, in Thai and in Lao;
 * and both orders of a tone mark and the ring of ำ.
 */
export function unifySpelling(text: string): string {
  if (!OTHER_SPELLINGS.test(text)) return text
  return text
    .replace(/եւ/g, 'եվ')
    .replace(/[ङञणनम]्(?=[क-ह])/g, 'ं')
    .replace(/\u0E40\u0E40/g, '\u0E41')
    .replace(/\u0EC0\u0EC0/g, '\u0EC1')
    .replace(/(\u0E4D)([\u0E48-\u0E4B]+)(?=\u0E32)|(\u0ECD)([\u0EC8-\u0ECB]+)(?=\u0EB2)/g, '$2$1$4$3')
}

/** Armenian, Devanagari, Thai and Lao. */
const OTHER_SPELLINGS = /[\u0530-\u058F\u0900-\u097F\u0E00-\u0EFF]/

/** The hamza of مسئول, which is also written مسؤول, in a decomposed text. */
export function unifyHamza(decomposed: string): string {
  return decomposed.replace(/ي\u0654(?=و)/g, 'و')
}
