// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { dropDrafts, hasDrafts, leave, nextOwn, useDraft, type Proposal } from './useDraft'
import { upgraded, type Step } from './useUpgrade'
import type { Asked } from './useGroups'

const ask = (code: string, part: Partial<Asked> = {}): Asked => ({
  code, module: code.slice(0, 2), moduleName: `模块 ${code.slice(0, 2)}`, requirement: `要求 ${code}`, method: '看', frequency: 'daily', posts: [], level: 'general', basis: [], majorBasis: [],
  otherRegime: {}, mustPhoto: true, photoAlways: false, mustReason: false, phrases: ['松动'], disabled: '', ...part,
})

function proposal(part: Partial<Proposal['document']> = {}): Proposal {
  const plain = [ask('ST-01'), ask('ST-02', { level: 'major' }), ask('EL-01', { mustPhoto: false })]
  return {
    basedOn: 3, asks: plain, plain, added: [], removed: [], posts: { electrician: '电工' }, newest: '1',
    hints: [{ code: 'EL-01', photoAlways: true, limit: { unit: 'Ω', max: '4' }, source: '通行值', confidence: 'memory' }],
    document: { library: '1', tags: [], modules: ['ST', 'EL'], disabled: [{ code: 'ST-01', reason: '没有冲床' }], own: [], photos: 'failed', ...part },
  }
}

beforeEach(() => localStorage.clear())

describe('signing out', () => {
  it('takes drafts of every company away and nothing else', () => {
    localStorage.setItem('anbiao.language', 'en')
    localStorage.setItem('anbiao.exam.7', '{}')
    expect(hasDrafts()).toBe(false)
    for (const company of ['7', '8']) leave(company, { basedOn: 3, library: '1', photos: 'failed', defaults: false, disabled: {}, own: [], settings: {}, older: [] })
    expect(hasDrafts()).toBe(true)
    dropDrafts()
    expect(hasDrafts()).toBe(false)
    expect(localStorage.length).toBe(2)
  })
})

describe('useDraft', () => {
  it('sends what was carried over and what was decided', () => {
    const draft = useDraft('7')
    draft.take(proposal())
    draft.disable('EL-01', '不涉及')
    draft.set('ST-02', { code: 'ST-02', frequency: 'weekly' })
    expect(draft.body()).toEqual({
      basedOn: 3, library: '1', photos: 'failed', defaults: false, own: [], older: [],
      disabled: [{ code: 'ST-01', reason: '没有冲床' }, { code: 'EL-01', reason: '不涉及' }], settings: [{ code: 'ST-02', frequency: 'weekly' }],
    })
    expect([...draft.changed.value].sort()).toEqual(['EL-01', 'ST-02'])
  })

  it('shows items as they would be asked', () => {
    const draft = useDraft('7')
    draft.take(proposal())
    draft.set('ST-01', { code: 'ST-01', requirement: '自己的话', reason: '通俗', level: 'major', photo: 'always', phrases: ['缺失'], limit: { unit: 'mm', max: '3' } })
    draft.putOwn({ code: 'OWN-01', requirement: '登记', frequency: 'daily', module: 'ST' })
    const [first, , own] = draft.asks.value
    expect(first).toMatchObject({ requirement: '自己的话', original: '要求 ST-01', level: 'major', raised: true, photoAlways: true, phrases: ['缺失', '松动'], limit: { max: '3' }, disabled: '没有冲床' })
    expect(own).toMatchObject({ code: 'OWN-01', module: 'ST', moduleName: '模块 ST', mustPhoto: true })
    expect(draft.asks.value.find((one) => one.code === 'EL-01')).toMatchObject({ photoAlways: false, mustPhoto: false })
    draft.change((content) => { content.defaults = true })
    expect(draft.asks.value.find((one) => one.code === 'EL-01')).toMatchObject({ photoAlways: true, limit: { max: '4' } })
  })

  it('takes back step by step', () => {
    const draft = useDraft('7')
    draft.take(proposal())
    draft.enable('ST-01')
    draft.putOwn({ code: 'OWN-01', requirement: '登记', frequency: 'daily' })
    draft.undo()
    expect(draft.content.own).toEqual([])
    draft.undo()
    expect(draft.content.disabled).toEqual({ 'ST-01': '没有冲床' })
    expect(draft.dirty.value).toBe(false)
    expect(draft.undoable.value).toBe(0)
  })

  it('survives a reload, but not another version', async () => {
    const draft = useDraft('7')
    draft.take(proposal())
    draft.disable('EL-01', '不涉及')
    await nextTick()
    const again = useDraft('7')
    again.take(proposal())
    expect(again.content.disabled['EL-01']).toBe('不涉及')
    const other = useDraft('8')
    other.take(proposal())
    expect(other.content.disabled['EL-01']).toBeUndefined()
    again.take({ ...proposal(), basedOn: 4 })
    expect(again.content.disabled['EL-01']).toBeUndefined()
  })

  it('numbers own items without gaps or doubles', () => {
    expect(nextOwn([])).toBe('OWN-01')
    expect(nextOwn([{ code: 'OWN-01' }, { code: 'OWN-03' }])).toBe('OWN-02')
  })
})

describe('upgraded', () => {
  it('leaves what was refused as it was and puts refused new items aside', () => {
    const step = (code: string, part: Partial<Step>): Step => ({ code, moduleName: '', kind: 'changed', fields: [], library: '0', must: false, set: false, ...part })
    const steps = [step('ST-01', {}), step('EL-09', { kind: 'added' }), step('EL-02', { kind: 'removed' }), step('ST-02', { must: true }), step('EL-01', {})]
    const content = upgraded(proposal({ older: [{ code: 'EL-01', library: '0' }] }), steps, { 'ST-01': '', 'EL-09': '没有终端', 'EL-02': '', 'ST-02': '' })
    expect(content.older).toEqual([{ code: 'ST-01', library: '0' }, { code: 'EL-02', library: '0' }])
    expect(content.disabled).toEqual({ 'ST-01': '没有冲床', 'EL-09': '没有终端' })
  })
})
