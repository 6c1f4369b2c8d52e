import { describe, expect, it } from 'vitest'
import { blankDeed, instantOf, limitOf, signs, within, type Form } from './usePermit'

const form = {
  items: [{ code: 'HOT-05', phase: 'start' }, { code: 'HOT-08', phase: 'close' }],
  gases: [{ key: 'combustible', min: '', max: '0.5', unit: '%VOL' }],
} as unknown as Form

describe('permits', () => {
  it('asks the items of the phase', () => {
    expect(blankDeed('start', form, '').answers.map((one) => one.code)).toEqual(['HOT-05'])
    expect(blankDeed('close', form, '').answers.map((one) => one.code)).toEqual(['HOT-08'])
    expect(blankDeed('start', form, '').readings).toHaveLength(1)
    expect(blankDeed('close', form, '').readings).toHaveLength(0)
  })
  it('holds values against limits, bounds included', () => {
    expect(within({ min: '19.5', max: '23.5' }, '19.5')).toBe(true)
    expect(within({ min: '19.5', max: '23.5' }, '23.6')).toBe(false)
    expect(within({ min: '', max: '0.5' }, '')).toBeUndefined()
    expect(limitOf({ min: '', max: '0.5', unit: '%' })).toBe('≤0.5 %')
    expect(limitOf({ min: '1', max: '2', unit: '%' })).toBe('1–2 %')
  })
  it('reads the clock of Shanghai', () => expect(instantOf('2026-03-10 08:30')).toBe('2026-03-10T08:30:00+08:00'))
  it('has approvals and the closing check signed', () => {
    expect(signs('approve')).toBe(true)
    expect(signs('start')).toBe(false)
  })
})
