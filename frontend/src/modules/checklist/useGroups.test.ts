import { describe, expect, it } from 'vitest'
import { groupsOf, type Asked } from './useGroups'

function ask(code: string, disabled = ''): Asked {
  return { code, module: code.slice(0, 2), moduleName: `模块 ${code.slice(0, 2)}`, requirement: `要求 ${code}`, method: '', frequency: 'daily', posts: [], level: 'general', basis: [], majorBasis: [], otherRegime: {}, mustPhoto: false, photoAlways: false, mustReason: false, phrases: [], disabled }
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
})
