import { describe, expect, it } from 'vitest'
import { chargeable, itemsOf, progressOf, reasonOf, scoreText, type Item, type Rule, type Sheet } from './useStandardization'

const item = (code: string, state: string, more: Partial<Item> = {}): Item => ({ code, state, mine: false, findings: [], ...more }) as unknown as Item
const sheet = {
  elements: [
    { code: '1', subs: [{ code: '1.1', items: [item('1.1.1', 'open'), item('1.1.2', 'na')] }] },
    { code: '2', subs: [{ code: '2.1', items: [item('2.1.1', 'scored', { mine: true })] }] },
  ],
} as unknown as Sheet

describe('a score sheet', () => {
  it('shows the items of a branch and a view, in order', () => {
    expect(itemsOf(sheet, '', 'all').map((one) => one.code)).toEqual(['1.1.1', '1.1.2', '2.1.1'])
    expect(itemsOf(sheet, '1', 'open').map((one) => one.code)).toEqual(['1.1.1'])
    expect(itemsOf(sheet, '1.1', 'na').map((one) => one.code)).toEqual(['1.1.2'])
    expect(itemsOf(sheet, '', 'mine').map((one) => one.code)).toEqual(['2.1.1'])
    expect(progressOf(itemsOf(sheet, '', 'all'))).toEqual({ done: 2, all: 3 })
  })
  it('offers rules of the same words once, and none that acts by itself', () => {
    const rules = [{ id: 'a', when: 'x' }, { id: 'b', when: 'y' }, { id: 'c', when: 'y' }, { id: 'd', when: 'z', auto: true }] as unknown as Rule[]
    expect(chargeable(rules).map((one) => one.id)).toEqual(['a', 'b'])
  })
  it('reads reasons and scores', () => {
    expect(reasonOf('PERFORMANCE_L1:deaths')).toEqual({ key: 'performance', at: 'deaths', level: '1' })
    expect(reasonOf('INCOMPLETE:1.1.1')).toEqual({ key: 'incomplete', at: '1.1.1', level: '' })
    expect([scoreText(9583), scoreText(-1)]).toEqual(['95.83', '—'])
  })
})
