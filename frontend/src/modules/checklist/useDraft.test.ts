import { describe, expect, it } from 'vitest'
import { nextOwn, useDraft } from './useDraft'

describe('useDraft', () => {
  it('carries disabled items and their reasons to the next version', () => {
    const draft = useDraft()
    draft.take({ basedOn: 3, document: { library: '1', tags: [], modules: [], disabled: [{ code: 'ST-01', reason: '没有冲床' }], own: [], photos: 'major' }, asks: [], added: [], removed: [] })
    draft.disabled.value['EL-02'] = '不涉及'
    expect(draft.body()).toEqual({ basedOn: 3, disabled: [{ code: 'ST-01', reason: '没有冲床' }, { code: 'EL-02', reason: '不涉及' }], own: [], photos: 'major' })
  })

  it('numbers own items without gaps or doubles', () => {
    expect(nextOwn([])).toBe('OWN-01')
    expect(nextOwn([{ code: 'OWN-01' }, { code: 'OWN-03' }])).toBe('OWN-02')
  })
})
