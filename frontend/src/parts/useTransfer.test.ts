import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { ApiError } from '@/api/problem'
import { missingColumns, useTransfer, type Transfer, type TransferServer } from './useTransfer'

function at(status: Transfer['status'], more: Partial<Transfer> = {}): Transfer {
  return {
    id: '1', kind: 'company-roster', status, direction: 'import', fileName: 'a.xlsx', total: 3, done: 0, failed: 0, new: 3, changed: 0, unchanged: 0, faultCode: '', faultText: '',
    createdAt: '2026-03-01T00:00:00Z', headers: ['名称'], columns: [{ key: 'name', title: '企业名称', required: true }], places: { name: 0 }, sheet: '', headerRow: 1, ...more,
  }
}

function follow(stages: (Transfer | Error)[]): { way: ReturnType<typeof useTransfer>; asked: string[] } {
  const asked: string[] = []
  const server: TransferServer = {
    upload: () => Promise.resolve('1'),
    read() {
      const next = stages.length > 1 ? stages.shift()! : stages[0]!
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    },
    map: (_id, places) => Promise.resolve(asked.push(JSON.stringify(places))),
    commit: () => Promise.resolve(asked.push('commit')),
  }
  return { way: effectScope().run(() => useTransfer(10, server))!, asked }
}

describe('useTransfer', () => {
  it('looks again until the rows are checked', async () => {
    vi.useFakeTimers()
    const { way } = follow([at('checking'), at('checking'), at('ready')])
    await way.upload('company-roster', new File(['x'], 'a.xlsx'))
    expect(way.transfer.value?.status).toBe('checking')
    await vi.advanceTimersByTimeAsync(50)
    expect(way.transfer.value?.status).toBe('ready')
    vi.useRealTimers()
  })

  it('goes on after a failed look', async () => {
    vi.useFakeTimers()
    const { way } = follow([new ApiError({ status: 503, code: 'http.busy', title: '', detail: '系统忙', requestId: '', errors: [] }), at('done')])
    await way.open('1')
    expect(way.problem.value?.detail).toBe('系统忙')
    await vi.advanceTimersByTimeAsync(50)
    expect(way.transfer.value?.status).toBe('done')
    expect(way.problem.value).toBeUndefined()
    vi.useRealTimers()
  })

  it('commits what is ready', async () => {
    const { way, asked } = follow([at('ready'), at('done')])
    await way.open('1')
    await way.commit()
    await flushPromises()
    expect(asked).toEqual(['commit'])
    expect(way.transfer.value?.status).toBe('done')
  })

  it('names the required columns that nothing was taken for', () => {
    expect(missingColumns(at('mapping', { places: {} }))).toEqual(['企业名称'])
    expect(missingColumns(at('mapping'))).toEqual([])
  })
})
