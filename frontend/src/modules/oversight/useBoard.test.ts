import { describe, expect, it } from 'vitest'
import { sortOf } from './useBoard'

describe('sortOf', () => {
  it('translates columns to the orders of the server', () => {
    expect(sortOf('overdue:desc')).toBe('overdue')
    expect(sortOf('overdue:asc')).toBe('least-overdue')
    expect(sortOf('standing:asc')).toBe('standing')
    expect(sortOf(undefined)).toBeUndefined()
    expect(sortOf('name:asc')).toBeUndefined()
  })
})
