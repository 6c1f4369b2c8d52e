import { describe, expect, it } from 'vitest'
import { fenOf, offered, stepsOf, type Hazard } from './useHazard'

describe('offered', () => {
  it('keeps the order of the buttons and drops what has none', () => {
    expect(offered(['fail', 'accept', 'cancel', 'reject'])).toEqual(['accept', 'reject', 'fail'])
  })
})

describe('stepsOf', () => {
  it('shows what went wrong in red and keeps the photos', () => {
    const steps = [{ n: 2, event: 'reject', from: 'awaiting_acceptance', to: 'rectifying', at: '2026-03-01T01:00:00Z', actorKind: 'company', actorName: '李四', note: '护罩未固定', detail: {}, photos: ['9'] }] as Hazard['steps']
    const [step] = stepsOf({ steps }, (event) => `<${event}>`, () => ['期限 2026-03-09'])
    expect(step).toMatchObject({ title: '<reject>', tone: 'bad', note: '护罩未固定\n期限 2026-03-09' })
    expect(step?.photos?.[0]?.address).toBe('/api/attachment/files/9/content')
  })
})

describe('fenOf', () => {
  it('reads yuan exactly', () => {
    expect(fenOf('1200')).toBe(120000)
    expect(fenOf('0.1')).toBe(10)
    expect(fenOf('19.99')).toBe(1999)
    expect(fenOf('')).toBeUndefined()
    expect(fenOf('-1')).toBeUndefined()
  })
})
