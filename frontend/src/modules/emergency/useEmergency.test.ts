import { describe, expect, it } from 'vitest'
import { dayTone, lacking } from './useEmergency'

describe('a day that something is due', () => {
  it('is red when past, amber when near', () => {
    expect(dayTone('2026-11-21', '2026-11-22')).toBe('danger')
    expect(dayTone('2026-11-22', '2026-11-22')).toBe('warn')
    expect(dayTone('2026-12-22', '2026-11-22')).toBe('warn')
    expect(dayTone('2026-12-23', '2026-11-22')).toBe('')
    expect(dayTone('', '2026-11-22')).toBe('')
  })
})

describe('the documents of a filing', () => {
  it('are held against the list of the law', () => {
    expect(lacking({ documents: ['application', 'plan_text'] })).toEqual(['review_opinion', 'risk_assessment', 'resource_survey'])
  })
})
