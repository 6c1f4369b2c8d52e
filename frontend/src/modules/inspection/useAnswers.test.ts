import { expect, test } from 'vitest'
import { answersOf, changesOf, draftsOf } from './useAnswers'

const told = { pointId: '1', pointName: '1号冲压机', code: 'PRS-01', requirement: '光栅有效', limit: '', result: 'pass' as const, note: '', measured: '', photos: [], rest: true, after: 12 }

test('a team card says only what is not fine', () => {
  const drafts = draftsOf([{ ...told, result: 'fail', note: '失灵', rest: false }], [{ pointId: '1', confirmed: [{ code: 'PRS-02', requirement: '双手按钮' }] }, { pointId: '2', confirmed: [{ code: 'PRS-01', requirement: '光栅有效' }] }])
  expect(drafts.map((one) => [one.pointId, one.code, one.silent])).toEqual([['1', 'PRS-01', false], ['1', 'PRS-02', true], ['2', 'PRS-01', true]])
  drafts[2]!.result = 'fail'
  drafts[2]!.note = '漏记'
  expect(answersOf(drafts).map((one) => [one.pointId, one.code, one.result])).toEqual([['1', 'PRS-01', 'fail'], ['2', 'PRS-01', 'fail']])
})

test('rest is fine only while it passes', () => {
  const [draft] = draftsOf([told], [{ pointId: '1', confirmed: [] }])
  expect(answersOf([draft!])).toEqual([{ pointId: '1', code: 'PRS-01', result: 'pass', rest: true, after: 12 }])
  expect(answersOf([{ ...draft!, result: 'fail', note: ' 失灵 ' }])).toEqual([{ pointId: '1', code: 'PRS-01', result: 'fail', note: '失灵', after: 12 }])
})

test('changes between versions', () => {
  const word = (result: string): string => result
  expect(changesOf([told], [told], word)).toEqual([])
  expect(changesOf([told], [{ ...told, result: 'fail', note: '失灵' }], word)).toEqual([{ id: '1/PRS-01', pointName: '1号冲压机', code: 'PRS-01', was: 'pass', is: 'fail · 失灵' }])
  expect(changesOf([], [{ ...told, result: 'fail' }], word)[0]!.was).toBe('confirmed')
})
