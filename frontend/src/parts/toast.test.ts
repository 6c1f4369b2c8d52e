// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/problem'
import { done, toast } from './toast'

const texts = () => [...document.querySelectorAll<HTMLElement>('.el-message')].filter((one) => one.style.display !== 'none').map((one) => one.textContent)

beforeEach(() => { vi.useFakeTimers() })
afterEach(async () => {
  await vi.runAllTimersAsync()
  vi.useRealTimers()
})

describe('toast', () => {
  it('makes room for what is said last', async () => {
    for (const text of ['一', '二', '三', '四']) done(text)
    toast(new ApiError({ code: 'http.conflict', title: '没有保存', detail: '', status: 409, errors: [], requestId: '' }))
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toEqual(['三', '四', expect.stringContaining('没有保存')])
  })

  it('has room again once a message has gone by itself', async () => {
    for (const text of ['一', '二', '三']) done(text)
    await vi.advanceTimersByTimeAsync(4000)
    for (const text of ['四', '五', '六']) done(text)
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toEqual(['四', '五', '六'])
  })
})
