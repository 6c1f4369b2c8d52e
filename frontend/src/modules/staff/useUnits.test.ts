import { describe, expect, it } from 'vitest'
import { homesFor, parentOfDrop, treeOf, type Unit } from './useUnits'

function unit(id: string, parentId = ''): Unit {
  return { id, parentId, kind: 'workshop', name: id, depth: parentId ? 2 : 1, posts: [], headId: '', headName: '', people: 0, mine: true }
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

describe('homesFor', () => {
  it('leaves out the unit and all below it', () => {
    const units = [unit('1'), unit('2', '1'), unit('5', '2'), unit('3')]
    expect(homesFor(units, units[0]).map((one) => one.id)).toEqual(['3'])
    expect(homesFor(units, units[1]).map((one) => one.id)).toEqual(['1', '3'])
    expect(homesFor(units)).toHaveLength(4)
  })
})

describe('parentOfDrop', () => {
  it('is the node dropped into, or the parent of the node dropped beside', () => {
    expect(parentOfDrop(unit('2', '1'), 'inner')).toBe('2')
    expect(parentOfDrop(unit('2', '1'), 'before')).toBe('1')
    expect(parentOfDrop(unit('1'), 'after')).toBe('')
  })
})
