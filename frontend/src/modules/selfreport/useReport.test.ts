import { describe, expect, it } from 'vitest'
import { itemName, linesOf, offered, rate, reasonsBy, type Line } from './useReport'

const line = (level: Line['level'], category: string): Line => ({ level, category, found: 0, fixed: 0, carried: 0, cleared: 0, open: 0, overdue: 0, fundsFen: 0 })

describe('the report', () => {
  it('prints rates as the form does', () => {
    expect(rate(9583)).toBe('95.83%')
    expect(rate(10000)).toBe('100.00%')
    expect(rate(5)).toBe('0.05%')
    expect(rate(undefined)).toBe('—')
  })

  it('orders the lines of a level, the ungraded last', () => {
    expect(linesOf([line('general', ''), line('general', 'B02'), line('major', 'A01'), line('general', 'A03')], 'general').map((one) => one.category)).toEqual(['A03', 'B02', ''])
  })

  it('names the items of the form, and leaves other words as they are', () => {
    const words: Record<string, string> = { 'selfreport.form.general': '一般隐患', 'selfreport.form.found': '排查', 'selfreport.items.remark': '补充说明' }
    const name = (item: string): string => itemName(item, (key) => words[key] ?? key, (key) => key in words)
    expect(name('general.found')).toBe('一般隐患·排查')
    expect(name('lines.general.B02.found')).toBe('一般隐患 B02·排查')
    expect(name('remark')).toBe('补充说明')
    expect(name('统计数字')).toBe('统计数字')
  })

  it('joins several reasons for one item', () => {
    expect(reasonsBy([{ item: 'remark', reason: '一' }, { item: 'remark', reason: '二' }]).get('remark')).toBe('一；二')
  })

  it('offers what the server allows', () => {
    expect(offered(['submit', 'open', 'compile'])).toEqual(['compile', 'submit'])
  })
})
