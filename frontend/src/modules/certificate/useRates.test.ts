import { expect, test } from 'vitest'
import { shownRate } from './useRates'

test('a rate is shown to one decimal, and what does not apply as a dash', () => {
  expect(shownRate(999)).toBe('99.9%')
  expect(shownRate(1000)).toBe('100.0%')
  expect(shownRate(0)).toBe('0.0%')
  expect(shownRate(null)).toBe('—')
})
