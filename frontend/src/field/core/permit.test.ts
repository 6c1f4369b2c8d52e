import { describe, expect, it } from 'vitest'
import type { Gas, Permit, PermitForm } from '../permitServer'
import { deedBody, deedLack, momentOf, newDeed, outside, standing, unmeasured } from './permit'
import { SIGNATURE } from './check'

const gas = (key: string, group: string, required: boolean, min = '', max = ''): Gas => ({ key, group, required, min, max, unit: '%', nameZh: key, nameEn: key, noteZh: '', noteEn: '', confidence: '' })
const form = {
  kind: 'hot_work', gasAsked: 'always', gasItem: 'HOT-04', quietMinutes: 30,
  gases: [gas('high', 'fuel', false, '', '0.5'), gas('low', 'fuel', false, '', '0.2'), gas('oxygen', '', true, '19.5', '23.5')],
  items: [{ code: 'HOT-04', phase: 'start', mayNA: true }, { code: 'HOT-08', phase: 'close' }],
} as unknown as PermitForm
const permit = { id: '7', kind: 'hot_work', state: 'approved', may: ['start', 'cancel'], untilAt: '2026-03-10T10:00:00Z' } as unknown as Permit

describe('a permit on the phone', () => {
  it('answers a reading by its limits', () => {
    const oxygen = form.gases[2]!
    expect(['20.9', '19.5', '19.4', '23.6', '-1', 'x'].map((value) => outside(oxygen, value))).toEqual([false, false, true, true, undefined, undefined])
  })

  it('asks for required gases and one of each group, unless there can be none', () => {
    expect(unmeasured(form, { readings: { low: '0.1' }, answers: {} }, []).map(({ key }) => key)).toEqual(['oxygen'])
    expect(unmeasured(form, { readings: {}, answers: {} }, ['oxygen', 'high'])).toEqual([])
    expect(unmeasured(form, { readings: {}, answers: { 'HOT-04': { result: 'na', note: '无' } } }, [])).toEqual([])
  })

  it('says what a step lacks', () => {
    const start = newDeed(permit, 'start', form, false)
    expect(deedLack(start, form, [], 0, true)).toBe('items')
    Object.assign(start, { answers: { 'HOT-04': { result: 'pass', note: '' } }, readings: { high: '0.9', oxygen: '20.9' } })
    expect(deedLack(start, form, [], 0, true)).toBe('gasOut')
    start.readings = { high: '0.3', oxygen: '20.9' }
    expect(deedLack(start, form, [], 0, true)).toBe('watcher')
    const close = { ...newDeed(permit, 'close', form, false), clear: true, answers: { 'HOT-08': { result: 'pass' as const, note: '' } } }
    expect(deedLack(close, form, [], 0, true)).toBe('photo')
    expect(deedLack({ ...close, explosive: true }, form, [], 0, true)).toBe('')
    expect(deedLack({ ...close, quiet: '10' }, form, [], 1, true)).toBe('quiet')
  })

  it('stands where what waits in the phone leaves it', () => {
    const done = (deed: 'start' | 'readings' | 'close') => newDeed(permit, deed, form, false)
    expect(standing(permit, [])).toEqual({ state: 'approved', may: ['start', 'cancel'] })
    expect(standing(permit, [done('start'), done('readings')])).toEqual({ state: 'open', may: ['readings', 'suspend', 'close'] })
    expect(standing(permit, [done('start'), done('close')]).state).toBe('closed')
  })

  it('sends the same however often', () => {
    const close = { ...newDeed(permit, 'close', form, false), at: '2026-03-10T09:00:00Z' }
    expect(deedBody('c', close, { [SIGNATURE]: ['4', '5'], '': ['9'] })).toEqual({ clientId: 'c', at: '2026-03-10T09:00:00Z', offline: false, photos: ['9'], signature: '5', answers: [] })
    expect(momentOf('2026-03-10T08:00')).toBe('2026-03-10T00:00:00.000Z')
  })
})
