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

const failed = (title: string) => toast(new ApiError({ code: 'http.conflict', title, detail: '', status: 409, errors: [], requestId: '' }))

describe('toast', () => {
  it('makes room for what is said last', async () => {
    for (const text of ['一', '二', '三', '四']) done(text)
    failed('没有保存')
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toEqual(['三', '四', expect.stringContaining('没有保存')])
  })

  it('counts a failure that stands already instead of taking it away', async () => {
    for (const title of ['甲', '乙', '丙', '甲']) failed(title)
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toEqual([expect.stringMatching(/^2.*甲/), expect.stringContaining('乙'), expect.stringContaining('丙')])
  })

  it('has room again once a message has gone by itself', async () => {
    for (const text of ['一', '二', '三']) done(text)
    await vi.advanceTimersByTimeAsync(4000)
    for (const text of ['四', '五', '六']) done(text)
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toEqual(['四', '五', '六'])
  })
})
