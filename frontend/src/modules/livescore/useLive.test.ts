import { describe, expect, it } from 'vitest'
import { courseOf, hundredths, pageOf, pointsOf, signed, type LiveDay } from './useLive'

const day = (on: string, score: number): LiveDay => ({ on, score, level: '', measured: 0, known: 0 })

describe('useLive', () => {
  it('writes hundredths', () => {
    expect(hundredths(8942)).toBe('89.42')
    expect(hundredths(-1)).toBe('—')
    expect(signed(133)).toBe('+1.33')
    expect(signed(-50)).toBe('−0.50')
    expect(pointsOf(550, (key) => key)).toBe('5.5')
    expect(pointsOf(-2, (key) => key)).toBe('livescore.states.open')
  })

  it('draws steps up to today', () => {
    const course = courseOf([day('2026-03-01', 8000), day('2026-03-06', 9000)], '2026-03-01', '2026-03-11', 100, 100)
    expect(course.dots.map((dot) => dot.x)).toEqual([0, 50])
    expect(course.line.split(' ')).toHaveLength(4)
    expect(course.line.endsWith(`100,${course.dots[1]?.y}`)).toBe(true)
  })

  it('leaves out days on which nothing was known', () => {
    expect(courseOf([day('2026-03-01', -1)], '2026-03-01', '2026-03-11', 100, 100).line).toBe('')
  })

  it('knows where a record is shown', () => {
    expect(pageOf('hazard', 7)).toBe('/hazards/7')
    expect(pageOf('deed', 7)).toBe('')
  })
})
