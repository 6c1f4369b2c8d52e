import { describe, expect, it } from 'vitest'
import { business, cells, companions, chosen, fenOf, none, quantityOf, rateOf, request, type Typed } from './useCalculator'
import { bound, brackets, flaw, holding, percent, shift, span, typed, type Rules, type Sub } from './useRules'

const sub = (over: Partial<Sub>): Sub => ({ code: 'default', zh: '分类', en: 'Kind', method: 'percent', timing: 'average_monthly', brackets: [], unit: '比例', toVerify: false, seenIn: [], corroboration: '', note: '', ...over })
const category = (code: string, subs: Sub[]) => ({ code, nameZh: `行业${code}`, nameEn: `Industry ${code}`, clause: '第七条', base: {} as never, notes: [], subs, uses: [], usesNote: '', usesSure: true, prefixes: [] })
const rules = {
  categories: [
    category('coal', [sub({ code: 'open_pit', method: 'per_unit', timing: 'month_end_actual', unit: '元/吨', rate: '5' }), sub({ code: 'high_gas', method: 'per_unit', timing: 'month_end_actual', unit: '元/吨', rate: '30', toVerify: true })]),
    category('transport', [sub({ code: 'freight', rate: '0.01' })]),
  ],
} as unknown as Rules
const form = (over: Partial<Typed>): Typed => ({ year: 2026, firstYear: false, inseparable: false, opening: '', priorDue: '', used: none(), lines: [business('transport/freight')], ...over })
const say = (key: string, params?: Record<string, unknown>): string => `${key.replace('fundRule.', '')}(${Object.values(params ?? {}).join(',')})`

describe('yuan as typed', () => {
  it('become fen exactly', () => {
    for (const [text, fen] of Object.entries({ '1,234.5': 123450, '0.07': 7, '¥12元': 1200, '1200万': 1_200_000_000, '3.5亿': 35_000_000_000, '１２．３４': 1234, '-5': -500, '90071992547.4': 9_007_199_254_740, '1.2300': 123 })) expect(fenOf(text), text).toBe(fen)
  })
  it('are nothing else', () => {
    for (const text of ['', 'abc', '1.234', '1e9', '--1', '1.2.3', '99999999999999', '0x10', '万']) expect(fenOf(text), text).toBeUndefined()
  })
})

describe('output and rates as typed', () => {
  it('have three decimals', () => {
    expect(quantityOf('41,250.505')).toBe('41250.505')
    expect(quantityOf('7.5000')).toBe('7.5')
    for (const text of ['', '-1', '1.2345', '1e3', 'x']) expect(quantityOf(text), text).toBeUndefined()
  })
  it('are percent, or yuan a unit', () => {
    expect(rateOf('2', sub({}))).toBe('0.02')
    expect(rateOf('1.25%', sub({}))).toBe('0.0125')
    expect(rateOf('100', sub({}))).toBe('1.00')
    expect(rateOf('55', sub({ method: 'per_unit' }))).toBe('55')
    expect(rateOf('x', sub({}))).toBeUndefined()
  })
  it('come out of a spreadsheet along a row and down a column', () => {
    expect(cells('1\t2\t3')).toEqual(['1', '2', '3'])
    expect(cells('1\r\n2\r\n\r\n')).toEqual(['1', '2'])
    expect(cells('一月\t100\n二月\t200\n')).toEqual(['100', '200'])
    expect(cells('5')).toEqual([])
  })
})

describe('a request', () => {
  it('is sent once it is complete', () => {
    expect(request(form({}), rules)).toBeUndefined()
    expect(request(form({ lines: [] }), rules)).toBeUndefined()
    const line = { ...business('transport/freight'), revenue: '1200万' }
    expect(request(form({ lines: [line], opening: '-100', used: ['1', ...none().slice(1)] }), rules)).toMatchObject({ openingFen: -10000, usedFen: [100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], lines: [{ category: 'transport', sub: 'freight', revenueFen: 1_200_000_000 }] })
    expect(request(form({ lines: [line], opening: 'x' }), rules)).toBeUndefined()
    expect(request(form({ lines: [line], priorDue: '-1' }), rules)).toBeUndefined()
    expect(request(form({ lines: [{ ...line, revenue: '-1' }] }), rules)).toBeUndefined()
  })
  it('of a mine takes months and hazards', () => {
    const mine = { ...business('coal/open_pit'), hazards: ['high_gas'], quantities: ['1000', ...none().slice(1)] }
    expect(request(form({ lines: [mine] }), rules)?.lines[0]).toMatchObject({ hazards: ['high_gas'], quantities: mine.quantities })
    expect(request(form({ lines: [{ ...mine, quantities: ['x', ...none().slice(1)] }] }), rules)).toBeUndefined()
    expect(request(form({ lines: [{ ...mine, quantities: none() }] }), rules)).toBeUndefined()
    expect(companions(chosen(rules, 'coal/open_pit')!).map((one) => one.code)).toEqual(['high_gas'])
    expect(companions(chosen(rules, 'transport/freight')!)).toEqual([])
  })
})

describe('figures', () => {
  it('move their point exactly', () => {
    for (const [text, places, want] of [['0.045', 2, '4.5'], ['4.5', -2, '0.045'], ['100', -2, '1'], ['0.00095', 2, '0.095'], ['12345.67', -2, '123.4567'], ['-3', -2, '-0.03'], ['x', 1, '']] as const) expect(shift(text, places), text).toBe(want)
  })
  it('read as Chinese bounds', () => {
    expect(bound(10_000_000, say, true)).toBe('tenThousands(1,000)')
    expect(bound(10_000_000_000, say, true)).toBe('hundredMillions(100)')
    expect(bound(10_000_000, say, false)).toBe('yuanOf(10,000,000)')
    expect(span({ fromYuan: 0, untilYuan: null as never, rate: '0.1' }, say, true)).toBe('whole()')
  })
  it('are edited as brackets that join', () => {
    const rows = typed([{ fromYuan: 0, untilYuan: 10_000_000, rate: '0.045' }, { fromYuan: 10_000_000, untilYuan: null as never, rate: '0.0225' }])
    expect(rows).toEqual([{ until: '10000000', percent: '4.5' }, { until: '', percent: '2.25' }])
    expect(flaw(rows)).toBe('')
    expect(brackets(rows)).toEqual([{ fromYuan: 0, untilYuan: 10_000_000, rate: '0.045' }, { fromYuan: 10_000_000, rate: '0.0225' }])
    expect(flaw([{ until: '10', percent: '1' }])).toBe('bounds')
    expect(flaw([{ until: '10', percent: '1' }, { until: '10', percent: '1' }, { until: '', percent: '1' }])).toBe('bounds')
    expect(flaw([{ until: '', percent: '0' }])).toBe('percents')
    expect(flaw([])).toBe('bounds')
    expect([percent('100'), percent('100.1'), percent('0.0'), percent('-1')]).toEqual(['1', '', '', ''])
  })
  it('are found by their names', () => {
    expect(holding(rules.categories, 'TRANSPORT', false).map((one) => one.code)).toEqual(['transport'])
    expect(holding(rules.categories, '', true).map((one) => one.subs.map((s) => s.code))).toEqual([['high_gas']])
  })
})
