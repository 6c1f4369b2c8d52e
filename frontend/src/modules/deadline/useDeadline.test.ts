import { describe, expect, it } from 'vitest'
import { complete, given, initial, type Rule } from './useDeadline'

const rule = {
  key: 'drill', clause: '', sure: true,
  inputs: [
    { key: 'unitClass', kind: 'choice', options: ['a', 'b'], optional: false, min: 0, max: 0, usual: 0 },
    { key: 'add', kind: 'number', options: [], optional: false, min: 1, max: 9, usual: 5 },
    { key: 'lastDrillOn', kind: 'day', options: [], optional: true, min: 0, max: 0, usual: 0 },
    { key: 'today', kind: 'day', options: [], optional: false, min: 0, max: 0, usual: 0 },
  ],
} as Rule

describe('the fields of a rule', () => {
  it('start with what is usual, and today', () => {
    expect(initial(rule, '2026-11-22')).toEqual({ unitClass: 'a', add: '5', lastDrillOn: '', today: '2026-11-22' })
  })
  it('may leave out only what is optional', () => {
    const values = initial(rule, '2026-11-22')
    expect(complete(rule, values)).toBe(true)
    expect(complete(rule, { ...values, today: '' })).toBe(false)
  })
  it('send what was given', () => {
    expect(given({ from: '2026-01-01', to: '' })).toEqual({ from: '2026-01-01' })
  })
})
