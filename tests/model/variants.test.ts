import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wordsOf } from '../../src/model/text/folding.ts'
import { foldedWords, needlesOf, parseSearch } from '../../src/model/text/search-query.ts'
import { snippetOf } from '../../src/model/text/snippet.ts'
import { indexedWords, readingsOf, VARIANT } from '../../src/model/text/variants.ts'

/** The variants of a text, without its words as written. */
const variants = (text: string) => indexedWords(text).split(` ${VARIANT} `).slice(1)

function isFound(text: string, search: string): boolean {
  const words = foldedWords([indexedWords(text)])
  return parseSearch(search).every((term) => needlesOf(term).some((needle) => words.includes(needle)))
}

const TEXTS: [string, string[]][] = [
  [
    'Azərbaycan Prezidenti Gəncədə Heydər adına meydanda çıxış edib',
    [
      'azərbaycan',
      'azarbaycan',
      'azerbaycan',
      'AZERBAYCAN',
      'AZƏRBAYCAN',
      'Azǝrbaycan',
      'Azәrbaycan',
      'gencede',
      'ganca*',
      'gence*',
      'heyder',
      'heydar',
      'cixis',
      'ÇIXIŞ',
      'çıxış',
    ],
  ],
  ['Ǝliyev Bakıda', ['Əliyev', 'aliyev', 'eliyev']],
  ['Әliyev Tovuzda', ['Əliyev', 'aliyev', 'eliyev']],
  [
    'דובר צה״ל הודיע כי רוסיה עדכנה את ארה״ב',
    [
      'צה״ל',
      'צה"ל',
      'צה״ל רוסיה',
      'צה"ל רוסיה',
      'ארה"ב רוסיה',
      'ארה״ב רוסיה',
      'רוסיה צה"ל',
      '"צה״ל הודיע"',
      '״צה״ל הודיע״',
      'צהל',
      'ארהב',
    ],
  ],
  ['דובר צה"ל מסר דו"ח לארה"ב', ['צה״ל', 'צה"ל', 'צה"ל מסר', 'צה"ל דו"ח', 'דובר צה"ל מסר']],
  ['שר החוץ של ניו־יורק', ['ניו־יורק', 'ניו-יורק', 'ניו יורק', '"ניו יורק"']],
  [
    'وزارة الخارجية في القاهرة تستدعي السفير الإيراني',
    [
      'القاهرة',
      'القاهره',
      'الإيراني',
      'الايراني',
      'الإيرانى',
      'وزاره',
      'الخـارجية',
      'اَلْقَاهِرَةُ',
      'القاهرۃ',
      'وزارة الخارجية',
    ],
  ],
  ['ٱلإمارات والأمم المتحدة سنة ٢٠٢٥', ['الإمارات', 'الامارات', '2025', '۲۰۲۵', '٢٠٢٥']],
  ['مسؤول يزور رئيس الوزراء', ['مسؤول', 'مسئول', 'رئيس', 'رييس']],
  ['اللہ ہندوستان اور پاکستان', ['الله', 'ہندوستان', 'هندوستان', 'پاكستان', 'پاکستان']],
  ['سال ۱۴۰۴ پروندۀ هواپیما', ['پرونده', 'پروندهٔ', 'پروندۀ', '1404', '١٤٠٤', '۱۴۰۴']],
  [
    'نخست\u200Cوزیر می\u200Cگوید هواپیما سقوط کرد',
    ['نخست\u200Cوزیر', 'نخست وزیر', 'نخستوزیر', 'می\u200Cگوید', 'می گوید', 'میگوید', '"نخست وزیر"'],
  ],
  ['نخست وزیر می گوید', ['نخست\u200Cوزیر', 'می\u200Cگوید', 'نخست وزیر']],
  [
    'Երևանում հայտարարեցին, որ Ալիևը սխալվում է',
    ['Երևանում', 'երեւանում', 'ԵՐԵՎԱՆՈՒՄ', 'ԵՐԵՒԱՆՈՒՄ', 'Ալիևը', 'ԱԼԻԵՎԸ', 'ալիև*', 'Ալիեւը'],
  ],
  ['Ինչո՞ւ Երևանը լռեց', ['ինչու', 'Ինչո՞ւ', 'ԻՆՉՈՒ', 'Երևանը']],
  ['ԵՐԵՎԱՆԸ ՊԱՏԱՍԽԱՆԵՑ', ['Երևանը', 'երեվանը']],
  ['თბილისი აცხადებს პროტესტს', ['თბილისი', 'ᲗᲑᲘᲚᲘᲡᲘ', 'ᲞᲠᲝᲢᲔᲡᲢᲡ']],
  ['ᲗᲑᲘᲚᲘᲡᲘ', ['თბილისი']],
  ['Flight J2-8243 left Baku', ['J2-8243', 'J2 8243', 'J28243', 'j28243']],
  [
    "Nagorno-Karabakh talks in Sana'a with O'Connor",
    [
      'nagorno-karabakh',
      'nagorno karabakh',
      'nagorno–karabakh',
      "sana'a",
      'sanaa',
      'sana’a',
      'oconnor',
      "o'connor",
      'o connor',
    ],
  ],
  ['Oʻzbekiston Gʻaniyev bilan', ["o'zbekiston", 'ozbekiston', 'ganiyev', "g'aniyev"]],
  ["Donets'k and Luhans'k", ['donetsk', 'luhansk', "donets'k"]],
  ['Al-Assad met Abd al-Rahman', ['al-assad', 'alassad', 'al assad', 'assad', 'abd al-rahman']],
  ['U.S. and U.K. envoys, С.Ш.А.', ['US envoys', 'U.S.', 'u s', 'США']],
  ['An anti-Russian non-paper on Nord Stream 2', ['antirussian', 'anti-russian', 'nonpaper', 'non paper']],
  ['Константин Сургyладзе', ['Сургуладзе', 'сургyладзе']],
  ['Ала Мiкалаеўна', ['Мікалаеўна']],
  ['Росcия и Aлиев', ['Россия', 'Алиев']],
  ['الرحلة ٨٢٤٣ سقطت', ['8243', '۸۲۴۳', '٨٢٤٣', '８２４３']],
  ['पुतिन ने १२ दिसंबर को', ['12', '१२']],
  ['Flight ８２４３', ['8243']],
  ['Қазақстан Президенті Қасым-Жомарт Тоқаев', ['Қазақстан', 'Казакстан', 'Токаев', 'Касым-Жомарт', 'ҚАЗАҚСТАН']],
  ['Азәрбајҹан вә Ҝәнҹә', ['Азәрбајҹан', 'Азәрбајчан']],
  ['Тоҷикистон ва Ҳамдам', ['Тоҷикистон', 'Точикистон', 'Хамдам']],
  ['Ўзбекистон Қўқон', ['Ўзбекистон', 'Узбекистон', 'Кукон', 'Қуқон']],
  ['Ґонґадзе', ['Ґонґадзе', 'Гонгадзе']],
  [
    '푸틴은 러시아대통령으로서 알리예프에게 사과했다',
    ['푸틴은', '푸틴*', '푸틴', '러시아', '러시아*', '대통령', '알리예프', '알리예프에게'],
  ],
  ['러시아 외무부 대변인', ['러시아외무부', '외무부']],
  ['अज़रबैजान ने क़ज़ाक़िस्तान से कहा', ['अज़रबैजान', 'अजरबैजान', 'कजाकिस्तान']],
  ['Vladi\u200Bmir Pu\u00ADtin and Ali\u2060yev', ['vladimir', 'putin', 'aliyev']],
  ['\u200Fפוטין\u200F and \u200Eאלייב\u200E', ['פוטין', 'אלייב']],
  ['Zakha\uFEFFrova \u061Cعلييف', ['zakharova', 'علييف']],
  ['In\u200Ddia ok', ['india', 'in\u200Ddia']],
  [
    'Işık İstanbul DİYARBAKIR',
    ['ışık', 'ISIK', 'IŞIK', 'isik', 'istanbul', 'ISTANBUL', 'İSTANBUL', 'diyarbakır', 'diyarbakir', 'DIYARBAKIR'],
  ],
]

describe.each(TEXTS)('%s', (text, searches) => {
  test.each(searches)('is found by %s, and shown whole', (search) => {
    expect(isFound(text, search)).toBe(true)
    const parts = snippetOf([text], parseSearch(search)) ?? []
    expect(parts.map((part) => part.text).join('')).toBe(text)
    expect(parts.some(({ match }) => match)).toBe(true)
  })
})

describe('the variants of a text', () => {
  test.each<[string, string[]]>([
    ['Flight J2-8243 left', ['j28243']],
    ["O'Connor's Al-Assad", ['oconnor', 'oconnors', 'connors', 'alassad']],
    ['U.S. and С.Ш.А.', ['us', 'сша']],
    ['a-b-c-d-e', ['ab', 'abc', 'abcd', 'bc', 'bcd', 'bcde', 'cd', 'cde', 'de']],
    ['Əliyev in Baku', ['eliyev in baku']],
    ['one two three four five Əliyev six', ['two three four five eliyev six']],
    ['Ə b c d e f g h i j Ə', ['e b c d e', 'g h i j e']],
    ['Al-Əhməd', ['alahmad', 'alehmed', 'al ehmed']],
  ])('%s are %j', (text, expected) => expect(variants(text)).toEqual(expected))

  // Ranges of numbers, decimals and versions are not one number. A dot joins the letters of an abbreviation only.
  test.each([
    '2024-2025',
    '2024-12-25',
    '1.5',
    'www.example.org',
    'one - two',
    '‘so’',
    '阿-塞',
    '한-중',
    'صفحه‌ها'.slice(0, 4),
  ])('%s has none', (text) => expect(variants(text)).toEqual([]))

  // Words that a space separates are not joined: Abd al-Rahman is not found by abdalrahman.
  test('join no words across a space', () => {
    expect(isFound('Abd al-Rahman', 'abdalrahman')).toBe(false)
    expect(isFound('Abd al-Rahman', 'alrahman')).toBe(true)
  })

  test.each([
    ['US envoys', 'U.S.'],
    ['Alassad', 'al-assad'],
    ['Donetsk', "Donets'k"],
    ['Azerbaycan', 'azərbaycan'],
    ['Azerbaycan Prezidenti', '"Azərbaycan prez*"'],
    ['میگوید', 'می\u200Cگوید'],
    ['צהל', 'צה"ל'],
  ])('of a search find %s by %s', (text, search) => {
    expect(isFound(text, search)).toBe(true)
    expect(snippetOf([text], parseSearch(search))).not.toBeNull()
  })

  test('are not phrases with one another, nor with the words as written', () => {
    expect(isFound("Sana'a, O'Connor", '"sanaa oconnor"')).toBe(false)
    expect(isFound("Sana'a met O'Connor", '"connor sanaa"')).toBe(false)
  })

  test('leave phrases and prefixes of the words as written and of second readings', () => {
    const text = "Azərbaycan Prezidenti Al-Assad's plane"
    for (const search of [
      '"prezidenti al-assad\'s plane"',
      'alass*',
      'azerb*',
      '"azerbaycan prez*"',
      '"prezidenti al as*"',
    ]) {
      expect(isFound(text, search)).toBe(true)
    }
  })

  test('have the offsets of the words that they stand for', () => {
    const text = fc
      .array(fc.constantFrom('a', 'Ə', '-', "'", '.', ' ', 'bc', '5', 'я', '외', 'ה', '"', '\u200C', 'ي'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (written) => {
        const [words, ...others] = readingsOf(written)
        expect(words).toEqual(wordsOf(written))
        const starts = new Set(wordsOf(written).map(({ start }) => start))
        const ends = new Set(wordsOf(written).map(({ end }) => end))
        for (const { start, end } of others.flat()) expect(starts.has(start) && ends.has(end)).toBe(true)
        expect(indexedWords(written).split(` ${VARIANT} `)[0]).toBe(words?.map(({ term }) => term).join(' '))
      }),
    )
  })
})
