import { describe, expect, it } from 'vitest'
import { dayAfter, offered, orderDeeds, shareOf, timesOf } from './useVisit'

describe('inspections', () => {
  it('offers the steps in the order of a life', () => {
    expect(offered(['cancel', 'change', 'arrive', 'set_out'])).toEqual(['set_out', 'arrive', 'change', 'cancel'])
    expect(orderDeeds(['reinspect', 'answer'])).toEqual(['answer', 'reinspect'])
  })

  it('says shares and frequencies', () => {
    expect(shareOf(7050)).toBe('70.5%')
    expect(shareOf(-1)).toBe('—')
    expect(timesOf(50)).toBe('0.5')
    expect(timesOf(400)).toBe('4')
    expect(timesOf(20)).toBe('0.2')
  })

  it('counts days across a month', () => {
    expect(dayAfter('2026-11-25', 10)).toBe('2026-12-05')
  })
})
