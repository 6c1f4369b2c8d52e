import { describe, expect, it } from 'vitest'
import { article, clauses, readClauses } from './useDuties'

describe('clauses', () => {
  const known = [{ code: 'AWL', ref: '安全生产法(2021修正)', clause: '第三十条', confidence: 'verified' }]

  it('come back as they were', () => {
    expect(readClauses(clauses(known), known)).toEqual(known)
  })

  it('are read from what people write', () => {
    expect(readClauses('焊接作业指导书 第4条\n\n GB 9448-1999 焊接与切割安全 ', known)).toEqual([
      { code: 'OWN', ref: '焊接作业指导书', clause: '第4条' },
      { code: 'OWN', ref: 'GB 9448-1999 焊接与切割安全' },
    ])
  })
})

it('counts articles as the law does', () => {
  expect(article('25.3')).toBe('第二十五条第(三)项')
})
