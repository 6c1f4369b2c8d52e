import { describe, expect, it } from 'vitest'
import { returnAddress } from './useSignIn'

describe('returnAddress', () => {
  it('stays on our own pages', () => {
    expect(returnAddress('/hazards?status=open')).toBe('/hazards?status=open')
    for (const evil of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, ['/a']]) expect(returnAddress(evil)).toBe('/')
  })
})
