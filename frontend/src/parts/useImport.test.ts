import { describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { ApiError } from '@/api/problem'
import { missingFields, type Importer, type ImportPreview } from './importer'
import { useImport } from './useImport'

const preview: ImportPreview = {
  id: '7',
  fields: [{ key: 'uscc', label: '代码', required: true }, { key: 'name', label: '名称', required: true }],
  columns: [{ index: 0, header: '企业', field: 'name' }],
  total: 3, good: 2, bad: 1, errors: [],
}
const result = { state: 'done' as const, done: 2, total: 2, created: 2, updated: 0, unchanged: 0, refused: 1 }
const file = new File(['x'], 'roster.xlsx')

function importer(change: Partial<Importer> = {}): Importer {
  return { upload: () => Promise.resolve(preview), remap: () => Promise.resolve(preview), commit: () => Promise.resolve(), progress: () => Promise.resolve(result), ...change }
}

describe('useImport', () => {
  it('goes from the file to the result', async () => {
    const scope = effectScope()
    const way = scope.run(() => useImport(importer()))!
    await way.choose(file)
    expect(way.step.value).toBe('preview')
    await way.commit()
    expect(way.step.value).toBe('finished')
    expect(way.progress.value?.created).toBe(2)
    scope.stop()
  })

  it('stays at the file when it cannot be read, and says why', async () => {
    const refused = new ApiError({ status: 422, code: 'transfer.old-xls', title: '', detail: '请另存为 xlsx', requestId: '', errors: [] })
    const scope = effectScope()
    const way = scope.run(() => useImport(importer({ upload: () => Promise.reject(refused) })))!
    await way.choose(file)
    expect(way.step.value).toBe('choose')
    expect(way.problem.value?.detail).toBe('请另存为 xlsx')
    scope.stop()
  })

  it('names the required columns that are missing', () => {
    expect(missingFields(preview).map((field) => field.key)).toEqual(['uscc'])
  })
})
