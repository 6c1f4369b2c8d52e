import { expect, test } from 'vitest'
import { coarse, cumulated, rate, spread, sum, type Actual } from './usePlan'

test('the months of a year sum to it, whatever it is', () => {
  for (const total of [0, 1, 11, 12, 100, 1_234_567, 9_999_999_999_999]) {
    const months = spread(total)
    expect(months).toHaveLength(12)
    expect(sum(months)).toBe(total)
    expect(Math.max(...months) - Math.min(...months)).toBeLessThanOrEqual(1)
  }
})

test('a rate is cut, not rounded: below 60 % never reads 60 %', () => {
  expect([rate(5999), rate(6000), rate(0), rate(12345), rate(-5), rate(undefined)]).toEqual(['59.9%', '60.0%', '0.0%', '123.4%', '-0.0%', '—'])
  expect([coarse(123456), coarse(99)]).toEqual(['1,234', '0'])
})

test('use is drawn as far as it is known, the outlook from there to December', () => {
  const months = Array.from({ length: 12 }, (_, n) => ({ month: `2026-${String(n + 1).padStart(2, '0')}`, planFen: 100, usedFen: n < 4 ? 50 : 0, cumPlanFen: 100 * (n + 1), cumUsedFen: 50 * Math.min(n + 1, 4), over: n < 4 }))
  const actual = { months, monthsOver: 4, dueFen: 1000, lineFen: 600, expectedFen: 600, items: [] } as unknown as Actual
  const { series } = cumulated(actual, (key) => key) as { series: { data: (number | null)[]; markLine?: { data: { yAxis: number }[] } }[] }
  expect(series[1]!.data.slice(2, 6)).toEqual([150, 200, null, null])
  expect(series[2]!.data.slice(3)).toEqual([200, null, null, null, null, null, null, null, 600])
  expect(series[1]!.markLine!.data.map((one) => one.yAxis)).toEqual([600, 1000])
})
