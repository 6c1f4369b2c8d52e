import { describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { ApiError } from '@/api/problem'
import { filtersOf, useExport, type ExportServer } from './useExport'

type Look = Awaited<ReturnType<ExportServer['read']>>

const at = (status: Look['status'], done = 0, faultText = ''): Look => ({ id: '7', status, done, faultText })

function follow(looks: (Look | Error)[]): { way: ReturnType<typeof useExport>; fetched: string[]; leave: () => void } {
  const fetched: string[] = []
  const scope = effectScope()
  const way = scope.run(() => useExport(1, {
    start: () => Promise.resolve('7'),
    read() {
      const next = looks.length > 1 ? looks.shift()! : looks[0]!
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    },
    fetch: (id) => void fetched.push(id),
  }))!
  return { way, fetched, leave: () => scope.stop() }
}

const refused = (status: number, detail: string): ApiError => new ApiError({ status, code: 'x', title: '', detail, requestId: '', errors: [] })

describe('useExport', () => {
  it('fetches the file when it is written', async () => {
    const { way, fetched } = follow([at('writing'), refused(503, '系统忙'), at('writing', 1000), at('done', 1500)])
    expect(await way.run('hazards', {})).toBe(true)
    expect(fetched).toEqual(['7'])
    expect(way.written.value).toBe(1500)
    expect(way.busy.value).toBe(false)
  })

  it('says why an export failed', async () => {
    const { way, fetched } = follow([at('writing'), at('failed', 0, '超过 200000 行')])
    await expect(way.run('hazards', {})).rejects.toThrow('超过 200000 行')
    expect(fetched).toEqual([])
    expect(way.busy.value).toBe(false)
  })

  it('leaves the file where it waits once the page is left', async () => {
    const { way, fetched, leave } = follow([at('writing')])
    const gone = way.run('hazards', {})
    leave()
    expect(await gone).toBe(false)
    expect(fetched).toEqual([])
  })
})

it('sends the filters that are set', () => {
  expect(filtersOf({ text: '', level: 'major', sort: undefined })).toEqual({ level: ['major'] })
})
