import { describe, expect, it } from 'vitest'
import { treeOf, type Unit } from './useUnits'

function unit(id: string, parentId = ''): Unit {
  return { id, parentId, kind: 'workshop', name: id, depth: parentId ? 2 : 1, posts: [] }
}

describe('treeOf', () => {
  it('puts children below their parents', () => {
    const tree = treeOf([unit('1'), unit('2', '1'), unit('3'), unit('4', '1')])
    expect(tree.map((node) => node.id)).toEqual(['1', '3'])
    expect(tree[0]?.children.map((node) => node.id)).toEqual(['2', '4'])
  })

  it('keeps a unit whose parent the reader may not see', () => {
    expect(treeOf([unit('2', '1')]).map((node) => node.id)).toEqual(['2'])
  })
})
