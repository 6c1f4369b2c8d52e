import { describe, expect, it } from 'vitest'
import { placeOf, rowsAt, useEditor } from './useEditor'
import type { Table } from './useRubric'

function table(): Table {
  return {
    id: 'x', version: '1', purpose: 'grading', titleZh: 'x', scorable: true, totalPoints: 9, rounding: { decimals: 1 }, about: {}, levels: [],
    elements: [
      { code: '1', title: 'a', points: 4, children: [{ code: '1.1', title: 'b', points: 4, items: [{ code: '1.1.1', requirement: 'c', points: 2, deductions: [] }, { code: '1.1.2', requirement: 'd', points: 3, deductions: [] }] }] },
      { code: '2', title: 'e', points: 5, children: [] },
    ],
  }
}

describe('the editor', () => {
  it('finds what a problem speaks of', () => {
    expect(placeOf(table(), '1.1.2')).toEqual([0, 0, 1])
    expect(placeOf(table(), '2')).toEqual([1])
    expect(placeOf(table(), '')).toEqual([])
    expect(rowsAt(table(), [0, 0, 1]).map((one) => one.code)).toEqual(['1.1.1', '1.1.2'])
  })
  it('adds, moves and removes at the chosen place', () => {
    const editor = useEditor(table(), [], 1e9)
    editor.go('1.1')
    editor.add()
    expect(editor.item.value?.code).toBe('1.1.3')
    editor.move(-1)
    expect(editor.place.value).toEqual([0, 0, 1])
    editor.remove()
    expect(editor.branch.value?.items?.map((one) => one.code)).toEqual(['1.1.1', '1.1.2'])
    editor.total()
    expect(editor.branch.value?.points).toBe(5)
    editor.go('')
    editor.add()
    expect(editor.branch.value?.code).toBe('3')
  })
})
