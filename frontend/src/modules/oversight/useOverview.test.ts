import { describe, expect, it } from 'vitest'
import { change, listOf, type Counted } from './useOverview'

const figures = { companies: 5, activated: 4, colours: { red: 2, orange: 1, yellow: 1, blue: 1 }, levels: { level1: 0, level2: 1, level3: 1, pass: 0, none: 3 }, open: 3, overdue: 2, withOverdue: 1, majorOpen: 0, missing: 1, reportRate: 8000, certRate: -1 }
const item = (over: Partial<Counted> = {}): Counted => ({ path: '330784', name: '永康市', kind: 'county', ...figures, ...over }) as Counted

describe('overview', () => {
  it('compares with last month only where that is known', () => {
    expect(change(item(), 'companies')).toBeUndefined()
    expect(change(item({ before: { ...figures, companies: 7, colours: { ...figures.colours, red: 1 } } }), 'companies')).toBe(-2)
    expect(change(item({ before: { ...figures, colours: { ...figures.colours, red: 1 } } }), 'red')).toBe(1)
    expect(change(item({ before: figures }), 'certRate')).toBeUndefined()
  })
  it('leads to the list behind a number with the filters kept', () => {
    expect(listOf({ division: '3307', colour: '1', level: '' }, item(), { overdue: 'true' })).toEqual({ path: '/companies', query: { division: '330784', colour: '1', overdue: 'true' } })
    expect(listOf({ division: '3307' }, item({ kind: 'industry', path: 'C' }))).toEqual({ path: '/companies', query: { division: '3307', industry: 'C' } })
  })
})
