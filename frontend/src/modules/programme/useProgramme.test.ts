import { expect, test } from 'vitest'
import { aim, fill, moved, queryString, share } from './useProgramme'

test('figures are said as people say them', () => {
  expect(share(1, 3)).toBe('33.3%')
  expect(share(0, 0)).toBe('—')
  expect(aim('rate', 8000)).toBe('80%')
  expect(aim('number', 600)).toBe('600')
  expect(moved(1, 3)).toEqual({ text: '↑2', tone: 'up' })
  expect(moved(3, 2).tone).toBe('down')
  expect(moved(3, 0).text).toBe('—')
  expect(queryString({ area: '', month: '2026-10' })).toBe('month=2026-10')
})

test('a number fills its bar against the target, a rate against all', () => {
  const one = { path: '', name: '', counted: 200, achieved: 50, met: false, wave: 0, target: { year: 2026, value: 100, basis: '' } }
  expect(fill('number', one)).toBe(50)
  expect(fill('rate', one)).toBe(25)
})
