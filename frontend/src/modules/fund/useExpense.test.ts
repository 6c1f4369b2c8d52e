import { nextTick, ref } from 'vue'
import { expect, test, vi } from 'vitest'
import { itemOf, keyOf, useLooked, wanted, type Asked, type Looked } from './useExpense'

const nothing: Looked = { duplicate: '', doubts: [], papers: false, approver: 'safety', nobody: false }

test('a use item comes back from its key', () => {
  expect(itemOf(keyOf('machinery', 6))).toEqual({ category: 'machinery', item: 6 })
  expect(itemOf(keyOf('', 5))).toEqual({ category: '', item: 5 })
})

test('an address may ask for an expense for something, and for nothing else', () => {
  expect(wanted({ for: 'hazard', id: '7', title: '光电失效' })).toEqual({ tie: 'hazard', tieId: '7', tieTitle: '光电失效' })
  expect(wanted({ for: 'hazard', id: 'x' })).toBeUndefined()
  expect(wanted({ for: 'weather', id: '7' })).toBeUndefined()
  expect(wanted({})).toBeUndefined()
})

test('what stands against an expense is asked once the keys are quiet, and an old answer is dropped', async () => {
  vi.useFakeTimers()
  const asked = ref<Asked>({ invoiceNo: '', purpose: '' })
  const answers: ((answer: Looked) => void)[] = []
  const ask = vi.fn(() => new Promise<Looked>((resolve) => answers.push(resolve)))
  const { looked, needsReason, asking } = useLooked(() => ({ ...asked.value }), 400, ask)
  asked.value = { invoiceNo: '', purpose: '罚' }
  await nextTick()
  vi.advanceTimersByTime(300)
  asked.value = { invoiceNo: '', purpose: '罚款' }
  await nextTick()
  vi.advanceTimersByTime(400)
  expect(ask).toHaveBeenCalledTimes(1)
  asked.value = { invoiceNo: '', purpose: '手套' }
  await nextTick()
  vi.advanceTimersByTime(400)
  answers[1]!(nothing)
  answers[0]!({ ...nothing, doubts: [{ code: 'fines', zh: '罚款', en: 'Fines', source: 'memory', words: ['罚款'] }] })
  await vi.runAllTimersAsync()
  expect([looked.value, needsReason.value, asking.value]).toEqual([nothing, false, false])
  asked.value = { invoiceNo: ' ', purpose: '' }
  await nextTick()
  expect(looked.value).toBeUndefined()
  vi.useRealTimers()
})
