import { describe, expect, it } from 'vitest'
import { periodName } from './period'

describe('periodName', () => {
  it('says a period as people do', () => {
    const names = ['2026', '2026-Q3', '2026-H1', '2026-H2', '2026-09', '2026-W07', 'first-day', ''].map(periodName)
    expect(names).toEqual(['2026年', '2026年第3季度', '2026年上半年', '2026年下半年', '2026年9月', '2026年第7周', 'first-day', ''])
  })
})
