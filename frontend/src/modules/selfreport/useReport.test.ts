import { describe, expect, it } from 'vitest'
import { linesOf, offered, rate, type Line } from './useReport'

const line = (level: Line['level'], category: string): Line => ({ level, category, found: 0, fixed: 0, carried: 0, cleared: 0, open: 0, overdue: 0, fundsFen: 0 })

describe('the report', () => {
  it('prints rates as the form does', () => {
    expect(rate(9583)).toBe('95.83%')
    expect(rate(10000)).toBe('100.00%')
    expect(rate(5)).toBe('0.05%')
    expect(rate(undefined)).toBe('—')
  })

  it('orders the lines of a level, the ungraded last', () => {
    expect(linesOf([line('general', ''), line('general', 'B02'), line('major', 'A01'), line('general', 'A03')], 'general').map((one) => one.category)).toEqual(['A03', 'B02', ''])
  })

  it('offers what the server allows', () => {
    expect(offered(['submit', 'open', 'compile'])).toEqual(['compile', 'submit'])
  })
})
