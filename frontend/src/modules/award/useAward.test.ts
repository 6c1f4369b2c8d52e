import { describe, expect, it } from 'vitest'
import { lamp, offered } from './useAward'

describe('award', () => {
  it('offers deeds in the order of the page', () => {
    expect(offered(['propose', 'confirm', 'number'])).toEqual(['number', 'propose'])
  })
  it('lights the lamp by what is left', () => {
    expect(lamp({ state: 'in_force', daysLeft: 181 })).toBe('good')
    expect(lamp({ state: 'in_force', daysLeft: 180 })).toBe('warn')
    expect(lamp({ state: 'expired', daysLeft: -1 })).toBe('bad')
    expect(lamp({ state: 'replaced', daysLeft: 300 })).toBe('plain')
  })
})
