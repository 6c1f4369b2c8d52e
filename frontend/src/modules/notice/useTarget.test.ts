import { describe, expect, it } from 'vitest'
import { targetOf } from './useTarget'

describe('targetOf', () => {
  it('leads to the object', () => {
    expect(targetOf({ noun: 'hazard', objectId: '12' })).toBe('/hazards/12')
    expect(targetOf({ noun: 'certificate', objectId: '3' })).toBe('/certificates/3')
  })

  it('leads nowhere rather than to a page that does not exist', () => {
    expect(targetOf({ noun: 'weather', objectId: '1' })).toBeUndefined()
    expect(targetOf({ noun: 'hazard', objectId: '0' })).toBeUndefined()
  })
})
