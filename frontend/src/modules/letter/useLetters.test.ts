import { describe, expect, it } from 'vitest'
import { printAddress, share } from './useLetters'

describe('letters', () => {
  it('are not all signed before all are', () => {
    expect(share(119, 120)).toBe(99)
    expect(share(120, 120)).toBe(100)
    expect(share(0, 0)).toBe(0)
  })

  it('are printed whole, by unit, or where a signature is missing', () => {
    expect(printAddress('7', '', false)).toBe('/api/letter/rounds/7/print')
    expect(printAddress('7', '3', true)).toBe('/api/letter/rounds/7/print?unitId=3&waiting=true')
  })
})
