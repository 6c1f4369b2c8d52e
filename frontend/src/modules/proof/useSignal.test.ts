import { describe, expect, it } from 'vitest'
import { termOf } from './useSignal'

describe('termOf', () => {
  it('says what the company has left', () => {
    expect(termOf({ state: 'raised', dueOn: '2026-03-17', daysLeft: 5 })).toBe('runs')
    expect(termOf({ state: 'raised', daysLeft: -1 })).toBe('unknown')
    expect(termOf({ state: 'raised', dueOn: '2026-03-17', daysLeft: -1 })).toBe('none')
    expect(termOf({ state: 'explained', dueOn: '2026-03-17', daysLeft: 3 })).toBe('none')
  })
})
