import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { percent, rate, useBatches, type Batch } from './useBatches'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('looks again while an order is printed, and stops with the page', async () => {
  const states: Batch['status'][] = ['writing', 'writing', 'done']
  let reads = 0
  const scope = effectScope()
  const batches = scope.run(() =>
    useBatches(async () => {
      reads += 1
      return [{ status: states.shift() ?? 'done' } as Batch]
    }),
  )!
  await vi.advanceTimersByTimeAsync(5000)
  expect(reads).toBe(3)
  states.push('writing')
  await batches.load()
  scope.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(reads).toBe(4)
})

test('an order is whole only when its file is there', () => {
  expect(percent({ status: 'writing', total: 6000, done: 6000 })).toBe(99)
  expect(percent({ status: 'writing', total: 0, done: 0 })).toBe(0)
  expect(percent({ status: 'done', total: 1, done: 1 })).toBe(100)
})

test('a rate of nothing is no rate', () => {
  expect(rate(0, 0)).toBe('—')
  expect(rate(1, 3)).toBe('33.3%')
})
