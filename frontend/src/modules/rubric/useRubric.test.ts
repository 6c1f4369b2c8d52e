import { describe, expect, it } from 'vitest'
import { freeCode, freeID, kindOf, scopeOf, sum, tidy, turned, type Table } from './useRubric'

describe('a rule', () => {
  it('is of one kind at a time', () => {
    const rule = { id: 'a', when: 'x', minus: 2, per: '处', cap: 4 }
    expect(kindOf(rule)).toBe('minus')
    expect(turned(rule, 'zero')).toEqual({ id: 'a', when: 'x', zero: true })
    expect(turned(rule, 'extra')).toEqual({ id: 'a', when: 'x', extraMinus: 2, per: '处', cap: 4 })
    expect(scopeOf(turned(rule, 'veto'))).toBe('total')
    expect(scopeOf({ id: 'a', when: 'x', zero: true, scope: 'element' })).toBe('element')
  })
  it('gets an id and a code that nobody has', () => {
    expect(freeID([{ id: 'a', when: '' }, { id: 'c', when: '' }])).toBe('b')
    expect(freeCode('1.2', [{ code: '1.2.2' }])).toBe('1.2.3')
    expect(freeCode('', [])).toBe('1')
  })
})

describe('points', () => {
  it('add up exactly', () => expect(sum([{ points: 0.1 }, { points: 0.2 }])).toBe(0.3))
})

it('a table that is read has all its lists', () => {
  const table = tidy({ id: 'x', elements: [{ code: '1', title: '', points: 1, children: [{ code: '1.1', title: '', points: 1, items: [{ code: '1.1.1', requirement: '', points: 1, deductions: null }] }] }] } as unknown as Table)
  expect(table.levels).toEqual([])
  expect(table.elements[0]!.children![0]!.items![0]!.deductions).toEqual([])
})
