import { describe, expect, it } from 'vitest'
import { compare, groupCode } from './useVerify'

describe('groupCode', () => {
  it('reads what people type', () => {
    expect(groupCode('7k2m9qxr4tbd')).toBe('7K2M-9QXR-4TBD')
    expect(groupCode('7K2M-9QXR-4TBD-more')).toBe('7K2M-9QXR-4TBD')
    expect(groupCode('oil')).toBe('011')
    expect(groupCode('7K2M')).toBe('7K2M')
    expect(groupCode('')).toBe('')
  })
})

describe('compare', () => {
  it('knows the original, the copy with the watermark, and any other file', () => {
    const proof = { sha256: 'a', displaySha256: 'b' }
    expect([compare('a', proof), compare('b', proof), compare('c', proof)]).toEqual(['original', 'display', 'differs'])
  })
})
