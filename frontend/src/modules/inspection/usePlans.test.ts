import { expect, test } from 'vitest'
import { clock, minutesOf, monthsOf, rate, toneOf } from './usePlans'

const none = { open: 0, done: 0, late: 0, missed: 0, excused: 0 }

test('a day looks like the worst that is on it', () => {
  expect(toneOf(undefined)).toBe('none')
  expect(toneOf({ ...none, done: 3, missed: 1 })).toBe('missed')
  expect(toneOf({ ...none, done: 3, late: 1 })).toBe('late')
  expect(toneOf({ ...none, done: 3, excused: 9 })).toBe('done')
  expect(toneOf({ ...none, excused: 9 })).toBe('excused')
})

test('excused and open tasks count for and against nobody', () => {
  expect(rate({ ...none, open: 5, excused: 5 })).toBeUndefined()
  expect(rate({ ...none, done: 2, late: 1, excused: 4 })).toBe(66.7)
})

test('months begin on their weekday', () => {
  const [january, february] = monthsOf(2028)
  expect(january?.blanks).toBe(5)
  expect(february?.days).toHaveLength(29)
  expect(february?.days[28]).toBe('2028-02-29')
})

test('times of a shift', () => {
  expect(clock(480)).toBe('08:00')
  expect(minutesOf('20:30')).toBe(1230)
})
