import { describe, expect, it } from 'vitest'
import { periodsUntil } from './usePeriods'

describe('periodsUntil', () => {
  it('goes back over the new year, the latest first', () => {
    const keys = periodsUntil('2026-02-10').map((one) => one.key)
    expect(keys.slice(0, 3)).toEqual(['2026-Q1', '2025-Q4', '2025-Q3'])
    expect(keys).toContain('2026-02')
    expect(keys).toContain('2025-03')
    expect(keys).not.toContain('2025-02')
    expect(keys.slice(-3)).toEqual(['2026', '2025', '2024'])
    expect(new Set(keys).size).toBe(keys.length)
  })
})
