import { describe, expect, it } from 'vitest'
import { HEIGHT, WIDTH, chartsOf } from './useGasChart'

const oxygen = { key: 'oxygen', nameZh: '氧气', nameEn: 'Oxygen', unit: '%VOL', min: '19.5', max: '23.5', required: true, group: '', noteZh: '', noteEn: '', confidence: '' }
const co = { ...oxygen, key: 'co', min: '', max: '20' }
const step = (at: string, readings: unknown[], problem = '') => ({ at, problem, detail: { readings } }) as never

describe('the chart of readings', () => {
  it('draws a gas only once there is a course to see, and leaves out what was refused', () => {
    const steps = [
      step('2026-03-01T01:00:00Z', [{ gas: 'oxygen', value: '20.9' }, { gas: 'co', value: '3' }]),
      step('2026-03-01T02:00:00Z', [{ gas: 'oxygen', value: '19.1', out: true }]),
      step('2026-03-01T03:00:00Z', [{ gas: 'co', value: '5' }], 'now'),
    ]
    const charts = chartsOf(steps, [oxygen, co])
    expect(charts.map((one) => one.gas.key)).toEqual(['oxygen'])
    const [first, last] = charts[0]!.dots
    expect([first!.x, last!.x]).toEqual([0, WIDTH])
    expect(last!.out).toBe(true)
    expect(last!.y).toBeGreaterThan(charts[0]!.min!)
    expect(first!.y).toBeLessThan(charts[0]!.min!)
  })

  it('starts at nothing where there is no lower limit, and keeps the parts of a space apart', () => {
    const steps = [step('2026-03-01T01:00:00Z', [{ gas: 'co', value: '0', place: '上' }, { gas: 'co', value: '10', place: '下' }]), step('2026-03-01T02:00:00Z', [{ gas: 'co', value: '0', place: '上' }])]
    const [chart] = chartsOf(steps, [co])
    expect(chart!.dots[0]!.y).toBe(HEIGHT)
    expect(chart!.lines).toHaveLength(2)
    expect(chart!.min).toBeUndefined()
  })
})
