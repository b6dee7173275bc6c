import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compoundsOf, termsOf, wordsOf } from '../../src/model/text/folding.ts'

describe('the words of a text', () => {
  it.each([
    ['Bakıda Əliyev', ['bakida', 'aliyev']],
    ["The President's office, 25 December", ['the', 'president', 's', 'office', '25', 'december']],
    ['中国外交部', ['中', '国', '外', '交', '部']],
    ['プーチン大統領', ['プ'.normalize('NFKD'), 'ー', 'チ', 'ン', '大', '統', '領']],
    ['AZAL航空 2024年', ['azal', '航', '空', '2024', '年']],
    ['ปูตินขอโทษ', ['ปู', 'ติ', 'น', 'ข', 'อ', 'โท', 'ษ']],
    ['เกาะเพราะน้ำ', ['เกาะ', 'เพ', 'ราะ', 'น้\u0e4d\u0e32']],
    ['ອາລີເຢບ', ['ອາ', 'ລີ', 'ເຢ', 'ບ']],
    ['ភ្នំពេញ', ['ភ្នំ', 'ពេ', 'ញ']],
    ['သင်္ဘော', ['သ', 'င်္ဘော']],
    ['Словʼянськ', ['слов', 'янськ']],
    ['ʻOkina Rusʹ Saʿūd ŉ', ['okina', 'rus', 'sa', 'ud', 'n']],
    ['‘so’', ['so']],
    ['2025年 2025г. MiG29', ['2025', '年', '2025', 'г', 'mig29']],
    ['NATO는 الـNATO NATOнун', ['nato', '는'.normalize('NFKD'), 'ال', 'nato', 'nato', 'нун']],
    ['푸틴은', ['푸', '틴', '은'].map((syllable) => syllable.normalize('NFKD'))],
    ['٨٢٤٣ ۸۲۴۳ ８２４３ १२दिसंबर', ['8243', '8243', '8243', '12', 'दिसंबर']],
    ['می‌گوید ہندوستان رئيس ٱلإمارات', ['مي', 'گويد', 'هندوستان', 'رييس', 'الامارات']],
    ['Қазақстан Ўзбекистон Ҝәнҹә Ґонґадзе', ['казакстан', 'узбекистон', 'канча', 'гонгадзе']],
    ['Ŧ Ɓ Ɗ Ƙ Ɵ Ƶ Ŀ', ['t', 'b', 'd', 'k', 'o', 'z', 'l']],
    ['Ինչո՞ւ Երևանը', ['ինչու', 'երեվանը']],
    ['', []],
  ])('of %j are %j', (text, terms) => expect(termsOf(text)).toEqual(terms))

  it.each([
    ['มา', 'มี'],
    ['ขา', 'ข้า'],
    ['ກິນ', 'ກີນ'],
    ['ការ', 'ការ៉ុ'],
    ['ကို', 'ကူ'],
    ['カス', 'ガス'],
  ])('of %s and %s differ by their vowels and marks', (one, other) => {
    expect(termsOf(one)).not.toEqual(termsOf(other))
  })

  it.each([
    ['น้ำ', 'น้\u0e4d\u0e32', 'น\u0e4d้\u0e32'],
    ['แม่', '\u0e40\u0e40ม่'],
    ['ນ້ຳ', 'ນ້\u0ecd\u0eb2', 'ນ\u0ecd້\u0eb2'],
    ['ໜ້າ', 'ຫນ້າ'],
    ['ガス', 'カ\u3099ス', 'ｶﾞｽ'],
    ['ကို\u200bကို', 'ကိုကို', 'ကို\u2060ကို'],
    ['مسؤول', 'مسئول', 'مسوول'],
    ['القاهرة', 'القاهره', 'اَلْقَاهِرَةُ', 'القاهرۃ', 'القاهـرة'],
    ['پروندۀ', 'پروندهٔ', 'پرونده'],
    ['پاکستان', 'پاكستان'],
    ['Երևան', 'երեւան', 'ԵՐԵՎԱՆ', 'ԵՐԵՒԱՆ'],
    ['ᲗᲑᲘᲚᲘᲡᲘ', 'თბილისი'],
    ['अज़रबैजान', 'अज़रबैजान', 'अजरबैजान'],
    ['हिन्दी', 'हिंदी', 'हिँदी'],
    ['ൻ', 'ന്‍'],
    ['Işık', 'ISIK', 'IŞIK'],
    ['Putin', 'Pu\u00ADtin', 'Pu\u200Btin', 'Pu\uFEFFtin', 'Pu\u2060tin', 'Pu\u200Dtin', 'Pu\u200Etin'],
    ['푸틴', '푸틴'.normalize('NFD')],
    ['Azərbaycan', 'Azǝrbaycan', 'Azәrbaycan', 'AZƏRBAYCAN', 'AZƎRBAYCAN'],
    ['Сургуладзе', 'Сургyладзе'],
    ['Мікалаеўна', 'Мiкалаеўна', 'Мiкалаеўна'.normalize('NFD')],
    ['Алиев', 'Aлиев'],
    ['Aθήνα', 'Αθήνα'],
    ...["o'z", 'o’z', 'o‘z', 'oʼz', 'oʻz', 'oʹz', 'o′z', 'o＇z', 'o`z', 'oʿz'].map((each) => ["o'z", each]),
  ])('of %s are those of %s, however it is encoded', (...all) => {
    for (const text of all) expect(termsOf(text)).toEqual(termsOf(all[0] ?? ''))
  })

  it('are grouped by a dictionary, each in one group', () => {
    const compounds = (text: string) => compoundsOf(text).map((words) => text.slice(words[0]?.start, words.at(-1)?.end))
    expect(compounds('俄罗斯外交部 AZAL')).toEqual(['俄罗斯', '外交部', 'AZAL'])
    expect(compounds('กระทรวงการต่างประเทศ')).toEqual(['กระทรวง', 'การ', 'ต่าง', 'ประเทศ'])
    const text = fc
      .array(fc.constantFrom('น้ำ', 'ก', 'ำ', 'เ', 'ប្', 'ရ', '中', 'ー', 'ﾞ', 'a', '5', 'ʼ', ' '))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (written) => {
        expect(compoundsOf(written).flat()).toEqual(wordsOf(written))
      }),
    )
  })

  it('are the same with and without offsets, cached or not', () => {
    const pieces = [
      'Bakı',
      'İstanbul',
      'Straße',
      'ﬁne',
      'ประเทศไทย',
      'น้ำ',
      '\u0e33',
      'ភ្នំ',
      'ガス',
      'ﾞ',
      'ʼ',
      '中国',
      'ABC',
      'a',
      '5',
      '⑴',
      '́',
      ' ',
      '-',
      '.',
    ]
    const text = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'grapheme' })))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (written) => {
        const terms = wordsOf(written).map(({ term }) => term)
        expect(termsOf(written)).toEqual(terms)
        expect(termsOf(written)).toEqual(terms)
      }),
    )
  })
})

/** The letters of a script of which folding leaves another letter than one of these. */
function unfolded(script: string, plain: RegExp): string {
  const letter = new RegExp(`^[\\p{sc=${script}}&&[\\p{Ll}\\p{Lo}]]$`, 'v')
  return Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
    .filter((each) => letter.test(each) && !plain.test(termsOf(each).join('')))
    .join('')
}

describe('of all letters of the Basic Multilingual Plane,', () => {
  it('every decimal digit of every script is an ASCII digit', () => {
    const digits = Array.from({ length: 0x110000 }, (_, code) => (code >> 11 === 27 ? '' : String.fromCodePoint(code)))
      .filter((each) => /\p{Nd}/u.test(each))
      .map((each) => termsOf(each).join(''))
    expect(digits.filter((digit) => !/^\d$/.test(digit))).toEqual([])
    expect(digits.slice(0, 30).join('')).toBe('012345678901234567890123456789')
  })

  /*
   * Lucene's ICUFoldingFilter folds 312 letters of Latin, Cyrillic, Arabic and Devanagari without a decomposition; 307 are the same here. ǝ is
   * the Azerbaijani ə, not e; the tone letters ƅ ƻ ƽ and the percussive ʬ are no letters of names. The other letters that stay stand for
   * sounds of their own or abbreviate whole syllables, and have no plain letter that people type for them.
   */
  it('these Latin letters stay as they are', () => {
    expect(unfolded('Latin', /^[a-z0-9]*$/)).toBe(
      'ƅƛƣƨƪƹƺƻƽƾǀǁǂǃɂɤɧɮɷɸʃʅʆʓʔʕʖʡʢʤʧʬʭᴣᴤᴥᶋᶘᶚⱷꜣꜥꜫꜭꜯꝝꝫꝭꝯꝱꝲꝳꝴꝵꝶꝷꝸꞏꞵꞷꞻꞽꞿꟍ꟏ꟓꟕꟗꟙꟛꟶꟷꭈꭊꭍꭐꭑꭓꭔꭕꭠꭡꭣ',
    )
  })

  it('these Cyrillic letters stay, which are plain in some language or historic', () => {
    expect(unfolded('Cyrillic', /^[а-я]*$/)).toBe(
      'ђєѕіїјљњћџѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҩҵӏԁԃԅԇԉԋԍԏԑԕԗԙԛԝԫԭᲇᲈᲊᴫꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꙮꚁꚃꚅꚇꚉꚍꚏꚑꚓꚕꚗꚙꚛ',
    )
  })

  // Lucene does not fold ہ ھ ۃ and ے together with ه and ي except for Persian, and never ٱ, Kurdish ۆ ێ ڵ and the Arabic ڤ of foreign names.
  it('these Arabic letters stay, which other languages tell apart from the plain one', () => {
    const basic = unfolded('Arabic', /^[\u0621-\u064A]*$/)
    expect(basic.slice(0, basic.indexOf('ݐ'))).toBe(
      'ٮٴٵٶٷٸٹٺٻټٽپٿڀځڂڃڄڅچڇڈډڊڋڌڍڎڏڐڑڒړڔږڗژڙښڛڜڝڞڟڠڢڣڥڦڧڨګڬڭڮگڰڱڲڳڴڶڷڸڹڻڼڽڿۑۮۯۺۻۼ',
    )
  })

  it('the final forms of Hebrew letters stay, as in ICU', () => {
    expect(termsOf('ךםןףץ')).toEqual(['ךםןףץ'])
    expect(unfolded('Hebrew', /^[א-ת]*$/)).toBe('ׯ')
    expect(unfolded('Armenian', /^[ա-ֆ]*$/)).toBe('ՠֈ')
    expect(unfolded('Greek', /^[α-ω]*$/)).toBe('ͱͳͷͻͼͽϗϙϛϝϟϡϳϸϻϼᴦᴧᴨᴩᴪꭥ')
  })
})
