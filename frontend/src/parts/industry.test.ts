import { expect, test } from 'vitest'
import { trade } from './industry'

test('a code says the name of its section', () => {
  const t = (key: string): string => ({ 'industry.C': '制造业', 'industry.H': '住宿和餐饮业' })[key] ?? key
  expect(trade('3465', t)).toBe('3465 制造业')
  expect(trade('6210', t)).toBe('6210 住宿和餐饮业')
  expect(trade('', t)).toBe('')
  expect(trade('C', t)).toBe('C')
})
