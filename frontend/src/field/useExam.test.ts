// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { clock, pressed, readUnsent } from './useExam'

describe('an exam on the phone', () => {
  beforeEach(() => localStorage.clear())

  it('replaces one answer and toggles several', () => {
    expect(pressed('single', [0], 2)).toEqual([2])
    expect(pressed('judge', [1], 0)).toEqual([0])
    expect(pressed('multiple', [2], 0)).toEqual([0, 2])
    expect(pressed('multiple', [0, 2], 2)).toEqual([0])
  })

  it('counts down and never below nothing', () => {
    expect([clock(1800), clock(61.9), clock(0), clock(-5)]).toEqual(['30:00', '01:01', '00:00', '00:00'])
  })

  it('finds what was not sent after a reload, and nothing where the copy is broken', () => {
    expect(readUnsent('7')).toEqual({ place: 0, answers: {} })
    localStorage.setItem('anbiao.exam.7', JSON.stringify({ place: 3, answers: { 2: [1] } }))
    expect(readUnsent('7')).toEqual({ place: 3, answers: { 2: [1] } })
    localStorage.setItem('anbiao.exam.7', '{')
    expect(readUnsent('7')).toEqual({ place: 0, answers: {} })
  })
})
