import { expect, it } from 'vitest'
import { dayAfter, fenOf, mineFirst, offered } from './useListing'

it('offers what the reader can do, in the order of the page', () => {
  expect(offered(['escalate', 'grant', 'refuse', 'announce'])).toEqual(['grant', 'announce', 'escalate'])
  expect(offered([])).toEqual([])
})

it('says one’s own tasks first', () => {
  const firm = { code: 'receive', side: 'company' as const, by: '', late: false, days: 0 }
  const office = { code: 'announce', side: 'regulator' as const, by: '', late: false, days: 0 }
  expect(mineFirst([office, firm], 'company')).toEqual([firm, office])
})

it('counts days and money', () => {
  expect(dayAfter('2026-02-27', 2)).toBe('2026-03-01')
  expect([fenOf('12.5'), fenOf('1,200'), fenOf('x'), fenOf('')]).toEqual([1250, 120_000, undefined, undefined])
})
