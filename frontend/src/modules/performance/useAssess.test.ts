import { describe, expect, it } from 'vitest'
import { endedPeriods, exact, placeOf, points, treeOf, type Unit } from './useAssess'

const unit = (unitId: string, parentId: string, kind: Unit['kind']): Unit => ({ unitId, parentId, kind, name: unitId, people: 1, measured: 1, exact: '', grade: '' })

describe('scores', () => {
  it('cuts and never rounds', () => {
    expect(exact('8999/100')).toBe('89.99')
    expect(exact('200/3')).toBe('66.66')
    expect(exact('')).toBe('—')
    expect(points(undefined)).toBe('—')
    expect(points(9000)).toBe('90.00')
  })
})

describe('the tree of a round', () => {
  it('hangs from the company', () => {
    const [top] = treeOf([unit('', '', 'enterprise'), unit('1', '', 'workshop'), unit('2', '1', 'team')])
    expect(top?.id).toBe('company')
    expect(top?.children[0]?.children[0]?.name).toBe('2')
  })
  it('begins at the unit of who sees a part of it', () => {
    expect(treeOf([unit('2', '1', 'team')]).map((node) => node.id)).toEqual(['2'])
  })
})

describe('what can be opened and assessed', () => {
  it('knows where records are shown', () => {
    expect(placeOf('inspection_check', '7', '2026-02-03')).toBe('/checks/2026-02-03/7')
    expect(placeOf('', '0', '')).toBe('')
  })
  it('names periods that have ended', () => {
    expect(endedPeriods('2026-01-15')).toEqual(['2025-12', '2025-11', '2025-10', '2025-Q4', '2025-Q3', '2025'])
    expect(endedPeriods('2026-11-22').slice(0, 4)).toEqual(['2026-10', '2026-09', '2026-08', '2026-Q3'])
  })
})
