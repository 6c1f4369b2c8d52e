import { describe, expect, it } from 'vitest'
import { narrow, queryText, rate, sortOf } from './useBoard'

describe('sortOf', () => {
  it('translates columns to the orders of the server', () => {
    expect(sortOf('overdue:desc')).toBe('overdue')
    expect(sortOf('overdue:asc')).toBe('least-overdue')
    expect(sortOf('standing:asc')).toBe('standing')
    expect(sortOf(undefined)).toBeUndefined()
    expect(sortOf('name:asc')).toBe('name')
    expect(sortOf('gradeUntil:desc')).toBe('-gradeUntil')
  })
})

describe('what a page of the board decides', () => {
  it('sorts by any column within one county only', () => {
    expect(narrow(['3307'], '')).toBe(false)
    expect(narrow(['3307'], '330784')).toBe(true)
    expect(narrow(['330784105', '330784106'], undefined)).toBe(true)
    expect(narrow([], undefined)).toBe(false)
  })
  it('rounds shares down and says nothing of none', () => {
    expect(rate(99, 100)).toBe('99%')
    expect(rate(0, 0)).toBe('—')
  })
  it('writes filters as an address', () => {
    expect(queryText({ colour: '1,2', name: '', overdue: 'true' }, 'open')).toBe('colour=1%2C2&overdue=true&sort=open')
  })
})
