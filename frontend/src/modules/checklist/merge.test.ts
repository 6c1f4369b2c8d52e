import { describe, expect, it } from 'vitest'
import { limitFault, says } from './merge'
import { limitText } from './useGroups'

describe('limits', () => {
  it('are refused as the server would', () => {
    expect([undefined, { unit: 'Ω', max: '4' }, { unit: ' ', max: '4' }, { unit: 'Ω' }, { unit: 'Ω', max: '四' }, { unit: 'Ω', min: '10', max: '9.5' }].map(limitFault)).toEqual(['', '', 'unit', 'bounds', 'number', 'order'])
  })

  it('are written as people write them', () => {
    expect([{ unit: 'Ω', max: '4', what: '接地电阻' }, { unit: 'm', min: '5' }, { unit: 'MPa', min: '1', max: '1.4' }].map(limitText)).toEqual(['接地电阻 ≤4Ω', '≥5m', '1～1.4MPa'])
  })
})

describe('says', () => {
  it('tells a setting from an empty one', () => {
    expect([{ code: 'A' }, { code: 'A', reason: '甲', posts: [] }, { code: 'A', noLimit: true }].map(says)).toEqual([false, false, true])
  })
})
