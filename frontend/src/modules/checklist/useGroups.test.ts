import { describe, expect, it } from 'vitest'
import { groupsOf, type Asked } from './useGroups'

function ask(code: string, disabled = '', part: Partial<Asked> = {}): Asked {
  return { code, module: code.slice(0, 2), moduleName: `模块 ${code.slice(0, 2)}`, requirement: `要求 ${code}`, method: '', frequency: 'daily', posts: [], level: 'general', basis: [], majorBasis: [], otherRegime: {}, mustPhoto: false, photoAlways: false, mustReason: false, phrases: [], disabled, ...part }
}

describe('groupsOf', () => {
  it('keeps the order and counts what is disabled', () => {
    const groups = groupsOf([ask('ST-01'), ask('ST-02', '没有这台设备'), ask('EL-01')])
    expect(groups.map((group) => [group.code, group.rows.length, group.disabled])).toEqual([['ST', 2, 1], ['EL', 1, 0]])
  })

  it('finds by code and by text', () => {
    expect(groupsOf([ask('ST-01'), ask('EL-01')], 'el-').map((group) => group.code)).toEqual(['EL'])
    expect(groupsOf([ask('ST-01')], '没有')).toEqual([])
  })

  it('narrows by module and by every mark asked for', () => {
    const asks = [ask('ST-01', '', { level: 'major', photoAlways: true }), ask('ST-02', '', { level: 'major' }), ask('EL-01', '停了', { limit: { unit: 'Ω', max: '4' } }), ask('OWN-01')]
    const codes = (by: Parameters<typeof groupsOf>[1]): string[] => groupsOf(asks, by).flatMap((group) => group.rows.map((row) => row.code))
    expect(codes({ only: ['major', 'photo'] })).toEqual(['ST-01'])
    expect(codes({ module: 'EL', only: ['disabled', 'limit'] })).toEqual(['EL-01'])
    expect(codes({ only: ['own'] })).toEqual(['OWN-01'])
    expect(codes({ only: ['changed'], changed: new Set(['ST-02']) })).toEqual(['ST-02'])
  })
})
