import { describe, expect, it } from 'vitest'
import { daysBetween, moment, percent, score, today, yuan } from './format'

describe('format', () => {
  it('shows moments in Shanghai', () => {
    expect(moment('2026-03-01T16:05:00Z')).toBe('2026-03-02 00:05')
    expect(moment(undefined)).toBe('')
    expect(today(new Date('2026-12-31T16:00:00Z'))).toBe('2027-01-01')
  })

  it('counts days', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2)
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1)
  })

  it('shows fen as yuan without rounding', () => {
    expect(yuan(123456789)).toBe('1,234,567.89')
    expect(yuan(-5)).toBe('-0.05')
    expect(yuan(100000)).toBe('1,000.00')
  })

  it('shows scores and shares', () => {
    expect(score(8750)).toBe('87.50')
    expect(percent(1, 3)).toBe('33.3%')
    expect(percent(0, 0)).toBe('—')
  })
})
