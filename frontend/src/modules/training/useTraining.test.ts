import { describe, expect, it } from 'vitest'
import { hours, minutesOf, phaseOf, rate } from './useTraining'

describe('class hours', () => {
  it('reads and writes them', () => {
    for (const [typed, minutes] of [['2', 90], ['2.5', 113], ['0.5', 23], ['８', 360]] as const) {
      expect(minutesOf(typed)).toBe(minutes)
    }
    for (const typed of ['', '0', 'x', '-1', '1.234', '999']) expect(minutesOf(typed)).toBeUndefined()
    expect([hours(0), hours(44), hours(45), hours(113), hours(360)]).toEqual(['0', '0.9', '1', '2.5', '8'])
  })

  it('cuts rates', () => {
    expect([rate(9996, 10_000), rate(1, 1), rate(0, 0), rate(0, 3)]).toEqual(['99.9%', '100.0%', '—', '0.0%'])
  })

  it('knows the usual phase', () => {
    expect([phaseOf('three_level'), phaseOf('return'), phaseOf('dust'), phaseOf('fire')]).toEqual(['initial', 'return', 'special', 'annual'])
  })
})
