import { describe, expect, it } from 'vitest'
import { layOut, points, visible, type Duty, type Matrix, type Post } from './useMatrix'

const post = (id: string, workshop: string, team: string): Post => ({ id, unitId: '1', workshop, team, name: id, types: [], held: 1 })
const duty = (id: string, category: string, text: string): Duty => ({ id, number: 1, category, template: '', libraryVersion: '', text, basis: [], statutory: [], frequency: 'daily', checkMethod: '', evidence: '', modules: [] })
const matrix = {
  on: '2026-06-01', version: 0, publishedAt: null, pending: 0, units: [],
  posts: [post('a', '冲压车间', ''), post('b', '冲压车间', '甲班'), post('c', '喷涂车间', '')],
  duties: [duty('1', 'welder', '动火先办票'), duty('2', 'welder', '关阀'), duty('3', 'electrician', '停电挂牌')],
  cells: [{ id: '9', row: 2, column: 1, raci: 'AR', kind: 'direct', score: 1850 }],
} as unknown as Matrix

describe('layOut', () => {
  it('groups duties and columns', () => {
    const layout = layOut(matrix, '')
    expect(layout.lines.map((line) => line.group ?? line.duty?.id)).toEqual(['welder', '1', '2', 'electrician', '3'])
    expect(layout.workshops).toEqual([{ text: '冲压车间', from: 0, size: 2 }, { text: '喷涂车间', from: 2, size: 1 }])
    expect(layout.teams.map((span) => span.text)).toEqual(['', '甲班', ''])
    expect(layout.at(2, 1)?.id).toBe('9')
    expect(layout.at(0, 1)).toBeUndefined()
    expect(layout.sums).toEqual([0, 1850, 0])
  })

  it('leaves out groups without a match', () => {
    expect(layOut(matrix, '挂牌').lines.map((line) => line.row)).toEqual([-1, 2])
    expect(layOut(matrix, '没有').lines).toEqual([])
  })
})

describe('visible', () => {
  it('is what a window shows, and one more on each side', () => {
    expect(visible(0, 100, 40, 50)).toEqual([0, 4])
    expect(visible(400, 100, 40, 50)).toEqual([9, 14])
    expect(visible(1990, 100, 40, 50)).toEqual([48, 50])
  })
})

it('writes points without needless zeros', () => {
  expect([1850, 2000, 25].map(points)).toEqual(['18.5', '20', '0.25'])
})
