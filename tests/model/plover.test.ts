import { describe, expect, it } from 'vitest'
import {
  modesOf,
  needsRecipient,
  PloverMode,
  PloverType,
  PLOVER,
  PLOVER_SCALE,
  quadClassOf,
  scoreOf,
} from '../../src/model/vocabulary/plover.ts'

/** The published table, written out again: type, quad class, score, whether it needs a recipient, modes. */
const published = `
  AGREE     | VERBAL_COOPERATION   | 2.5  | no  |
  CONSULT   | VERBAL_COOPERATION   | 2.5  | no  | VISIT 4, THIRD_PARTY 1, MULTILATERAL 4, PHONE 1.5
  SUPPORT   | VERBAL_COOPERATION   | 5    | no  |
  CONCEDE   | VERBAL_COOPERATION   | 4.5  | no  |
  COOPERATE | MATERIAL_COOPERATION | 9.5  | yes |
  AID       | MATERIAL_COOPERATION | 10   | yes |
  RETREAT   | MATERIAL_COOPERATION | 6.5  | no  | WITHDRAW 8, RELEASE 6.5, DISARM 10, CEASEFIRE 7.5, ACCESS 6.5, RESIGN 4.5
  REQUEST   | VERBAL_CONFLICT      | 0    | no  | ASSIST 0.5, CHANGE -1, YIELD -1, MEET 0
  ACCUSE    | VERBAL_CONFLICT      | -3   | no  | DISAPPROVE -2, INVESTIGATE -3.5, ALLEGE -3.5
  REJECT    | VERBAL_CONFLICT      | -2   | no  | ASSIST -1.5, CHANGE -2, YIELD -2, MEET -2
  THREATEN  | VERBAL_CONFLICT      | -3.5 | no  | RESTRICT -3, ARREST -3.5, RELATIONS -3.5, EXPEL -3.5, TERRITORY -4, VIOLENCE -3.5
  PROTEST   | MATERIAL_CONFLICT    | -5   | no  | DEMO -5, RIOT -7, STRIKE -5, HUNGER -4.5, BOYCOTT -4.5, OBSTRUCT -4.5, VANDALIZE -5
  SANCTION  | MATERIAL_CONFLICT    | -6   | yes | CONVICT -6, EXPEL -5.5, WITHDRAW -6, DISCONTINUE -6
  MOBILIZE  | MATERIAL_CONFLICT    | -5.5 | no  | TROOPS -6.5, WEAPONS -6.5, POLICE -5.5, MILITIA -6
  COERCE    | MATERIAL_CONFLICT    | -7   | no  | SEIZE -7, RESTRICT -7, CENSOR -6.5, CURFEW -6.5, MARTIAL_LAW -7.5, ARREST -7, DEPORT -7, WITHHOLD -7, MISINFORMATION -6.5, CYBER -7
  ASSAULT   | MATERIAL_CONFLICT    | -9   | no  | ABDUCT -8.5, BEAT -7.5, TORTURE -8.5, SEXUAL -8.5, TARGETED -9.5, DESTROY -8.5, PRIMITIVE -8, FIREARMS -9, EXPLOSIVES -9, SUICIDE_ATTACK -9.5, AERIAL -9.5, DRONE -9.5, HEAVY_WEAPONS -9.5, CROWD_CONTROL -7.5, UNCONVENTIONAL -10
`

describe('the PLOVER table', () => {
  it('scores and classes every type and mode as published', () => {
    const rows = PloverType.values.map((type) => [
      type,
      quadClassOf(type),
      String(scoreOf(type, [])),
      needsRecipient(type) ? 'yes' : 'no',
      modesOf(type)
        .map((mode) => `${mode} ${scoreOf(type, [mode])}`)
        .join(', '),
    ])
    const lines = published.trim().split('\n')
    expect(rows).toEqual(lines.map((line) => line.split('|').map((cell) => cell.trim())))
  })

  it('names its scale', () => {
    expect(PLOVER_SCALE).toBe('PLOVER 2.0')
  })

  it('lists types and modes in the table’s order', () => {
    expect(PloverType.values).toEqual(Object.keys(PLOVER))
    expect(PloverMode.values).toEqual([...new Set(PloverType.values.flatMap(modesOf))])
  })

  it('names the types of a mode in its description', () => {
    for (const mode of PloverMode.values) {
      const types = PloverType.values.filter((type) => modesOf(type).includes(mode))
      const named = PloverMode.descriptions[mode].split('; ').flatMap((part) => /^([A-Z]+): /.exec(part)?.[1] ?? [])
      expect({ mode, named }).toEqual({ mode, named: types })
    }
  })
})

describe('the score of several modes', () => {
  it('is the one farthest from zero, whatever their order', () => {
    expect(scoreOf('ACCUSE', ['DISAPPROVE', 'ALLEGE'])).toBe(-3.5)
    expect(scoreOf('ACCUSE', ['ALLEGE', 'DISAPPROVE'])).toBe(-3.5)
    expect(scoreOf('REQUEST', ['ASSIST', 'CHANGE'])).toBe(-1)
    expect(scoreOf('REQUEST', ['MEET', 'ASSIST'])).toBe(0.5)
    expect(scoreOf('CONSULT', ['THIRD_PARTY', 'PHONE'])).toBe(1.5)
  })

  it('ignores the score of the type, even if it is farther', () => {
    expect(scoreOf('SANCTION', ['EXPEL'])).toBe(-5.5)
    expect(scoreOf('CONSULT', ['THIRD_PARTY'])).toBe(1)
  })

  it('depends on the type if types share a mode', () => {
    expect(scoreOf('RETREAT', ['WITHDRAW'])).toBe(8)
    expect(scoreOf('SANCTION', ['WITHDRAW'])).toBe(-6)
    expect(scoreOf('THREATEN', ['ARREST'])).toBe(-3.5)
    expect(scoreOf('COERCE', ['ARREST'])).toBe(-7)
  })

  it('ignores a mode of another type', () => {
    expect(scoreOf('SUPPORT', ['RIOT'])).toBe(5)
    expect(scoreOf('ACCUSE', ['RIOT', 'DISAPPROVE'])).toBe(-2)
  })
})
