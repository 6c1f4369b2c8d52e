import { describe, expect, it } from 'vitest'
import { adjustmentOf, complete, draftOf } from './useAdjust'
import type { Working } from './useAssess'

const working = {
  cells: [{ cellId: '4', false: '' }, { cellId: '5', false: '补造' }],
  deductions: [{ kind: 'hazard', points: 200, reason: 'H-1', hazardId: '9', by: '', struck: '' }, { kind: 'manual', points: 150, reason: '会议迟到', hazardId: '', by: '楼成林', struck: '' }],
  vetoes: [{ reason: 'H-2', hazardId: '8', by: '', struck: '期限已延长' }, { reason: '瞒报', hazardId: '', by: '程安川', struck: '' }],
} as unknown as Working

describe('a superior’s part of a score', () => {
  it('survives being opened and saved again', () => {
    const draft = draftOf(working)
    expect(draft.strikes.map((one) => [one.hazardId, one.on])).toEqual([['9', false], ['8', true]])
    expect(adjustmentOf(draft)).toEqual({
      deductions: [{ points: 150, reason: '会议迟到' }], falseRecords: [{ cellId: '5', reason: '补造' }], strikes: [{ hazardId: '8', reason: '期限已延长' }], veto: '瞒报',
    })
  })
  it('needs a reason for everything', () => {
    const draft = draftOf(working)
    expect(complete(draft)).toBe(true)
    draft.deductions.push({ points: 2, reason: ' ' })
    expect(complete(draft)).toBe(false)
  })
})
