import { describe, expect, it } from 'vitest'
import { asked, bodyOf, columnsOf, fenOf, filtersOf, missing, modelOf, shown, type Field } from './descriptor'

const zh = { english: false, yes: '是', no: '否' }
const en = { english: true, yes: 'Yes', no: 'No' }
const field = (key: string, kind: Field['kind'], more: Partial<Field> = {}): Field => ({ key, kind, titleZh: `${key}名`, titleEn: key, ...more })
const FIELDS: Field[] = [
  field('name', 'text', { required: true, list: true }),
  field('kind', 'choice', { required: true, list: true, filter: true, options: [{ value: 'press', zh: '冲床', en: 'Press' }] }),
  field('ownerId', 'staff', { nameKey: 'ownerName' }),
  field('testedOn', 'day'),
  field('dueOn', 'day', { readOnly: true, list: true }),
  field('costFen', 'fen'),
  field('count', 'int'),
  field('load', 'decimal'),
  field('at', 'time'),
  field('safe', 'bool', { filter: true }),
  field('members', 'words'),
]
const ROW = { id: '7', name: '1号冲床', kind: 'press', ownerId: '3', ownerName: '李明', testedOn: '2026-03-01', dueOn: '2027-03-01', costFen: 123450, count: 0, load: '2.50', at: '2026-03-01T00:05:00Z', safe: true, members: ['甲', '乙'], files: ['9'] }

describe('a register', () => {
  it('shows each kind of field as people read it', () => {
    const read = (speech = zh): string[] => FIELDS.map((one) => shown(one, ROW, speech))
    expect(read()).toEqual(['1号冲床', '冲床', '李明', '2026-03-01', '2027-03-01', '1,234.50', '0', '2.50', '2026-03-01 08:05', '是', '甲、乙'])
    expect(read(en).slice(9)).toEqual(['Yes', '甲, 乙'])
    expect(shown(FIELDS[2]!, { id: '1', ownerId: '3' }, zh)).toBe('')
    expect(shown(FIELDS[8]!, { id: '1', at: '0001-01-01T00:00:00Z' }, zh)).toBe('')
  })

  it('makes columns and filters of what the descriptor says', () => {
    expect(columnsOf(FIELDS, zh).filter((one) => !one.extra).map((one) => one.key)).toEqual(['name', 'kind', 'dueOn'])
    expect(filtersOf(FIELDS, en).map((one) => [one.key, one.label, one.options?.[0]?.label])).toEqual([['kind', 'kind', 'Press'], ['safe', 'safe', 'Yes']])
    expect(asked({ limit: 20, term: '', ended: 'all', kind: 'press', safe: 'no' })).toEqual({ limit: 20, ended: 'all', filter: ['kind:press', 'safe:no'] })
  })

  it('sends back what it was given, without what the server computes', () => {
    const sent = Object.entries(ROW).filter(([key]) => !['id', 'dueOn', 'ownerName'].includes(key))
    expect(bodyOf(FIELDS, modelOf(FIELDS, ROW))).toEqual({ ...Object.fromEntries(sent), at: '2026-03-01T08:05:00+08:00' })
  })

  it('leaves out what is empty and names what is missing or no number', () => {
    const model = modelOf(FIELDS)
    expect(missing(FIELDS, model)).toEqual({ name: 'required', kind: 'required' })
    expect(bodyOf(FIELDS, model)).toEqual({ files: [], name: '', costFen: 0, count: 0, safe: false, members: [] })
    expect(missing(FIELDS, { ...model, name: 'x', kind: 'press', count: '1.5', costFen: '12.345', load: 'a' })).toEqual({ count: 'number', costFen: 'number', load: 'number' })
  })

  it('reads yuan as whole fen', () => {
    for (const [typed, fen] of [['1,234.5', 123450], ['0.07', 7], ['12', 1200], ['-3.10', -310]] as const) expect(fenOf(typed), typed).toBe(fen)
    for (const typed of ['', 'a', '1.234', '1..2']) expect(fenOf(typed), typed).toBeUndefined()
  })
})
